//! Search, likeness, vectors. Everything else has a module of its own.

pub(crate) mod assessment;
pub(crate) mod learning;
pub(crate) mod outcome;
pub(crate) mod recommendation;
pub(crate) mod validation;

use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::validate::Violations;
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::institution::InstitutionSummary;
use super::vocabulary;

const LONGEST_QUERY: usize = 2_000;
const MOST_RESULTS: u32 = 100;
const MOST_TEXTS: usize = 64;
const LONGEST_TEXT: usize = 20_000;

/// A question to the catalogue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SearchRequest {
    /// The question, in one's own words.
    #[schema(
        example = "defend a company network against intruders",
        min_length = 1,
        max_length = 2000
    )]
    pub(crate) query: String,
    /// Filters; they hold before results are counted.
    #[serde(default)]
    pub(crate) filters: SearchFilters,
    /// Most results.
    #[serde(default = "ten")]
    #[schema(minimum = 1, maximum = 100, default = 10)]
    pub(crate) limit: u32,
    /// Least similarity.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1, default = 0)]
    pub(crate) min_similarity: f64,
}

/// Filters of a search.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SearchFilters {
    /// Only of this institution.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) institution_id: Option<InstitutionId>,
    /// Only this kind.
    #[schema(value_type = Option<vocabulary::CredentialType>)]
    pub(crate) credential_type: Option<CredentialType>,
    /// Only this level.
    #[schema(value_type = Option<vocabulary::EducationLevel>)]
    pub(crate) level: Option<EducationLevel>,
    /// Only taught this way.
    #[schema(value_type = Option<vocabulary::DeliveryMode>)]
    pub(crate) delivery_mode: Option<DeliveryMode>,
}

const fn ten() -> u32 {
    10
}

fn check_window(violations: &mut Violations, limit: u32, min_similarity: f64) {
    violations.within("limit", &limit, &(1..=MOST_RESULTS));
    violations.within("minSimilarity", &min_similarity, &(0.0..=1.0));
}

impl SearchRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.text("query", &self.query, LONGEST_QUERY);
        check_window(&mut violations, self.limit, self.min_similarity);
        violations.finish()?;
        Ok(self)
    }
}

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchAnswer {
    /// Best first.
    pub(crate) results: Vec<SearchResult>,
    /// Offers that meet the filters and the least similarity.
    pub(crate) total: u64,
    /// Time spent, in milliseconds.
    pub(crate) query_time_ms: f64,
}

/// One offer found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchResult {
    #[schema(value_type = Uuid)]
    pub(crate) micro_credential_id: MicroCredentialId,
    pub(crate) title: String,
    pub(crate) institution: InstitutionSummary,
    /// 0 to 1.
    pub(crate) similarity_score: f64,
    /// Fields that share words with the question: `title`, `description`, `outcomes`, `keywords`; `meaning` when none does.
    pub(crate) matched_fields: Vec<String>,
    /// The passage nearest to the question.
    pub(crate) snippet: String,
}

/// Asks for offers like one offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SimilarRequest {
    /// The offer.
    #[schema(value_type = Uuid)]
    pub(crate) micro_credential_id: MicroCredentialId,
    /// Most results.
    #[serde(default = "ten")]
    #[schema(minimum = 1, maximum = 100, default = 10)]
    pub(crate) limit: u32,
    /// Least similarity.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1, default = 0)]
    pub(crate) min_similarity: f64,
}

impl SimilarRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        check_window(&mut violations, self.limit, self.min_similarity);
        violations.finish()?;
        Ok(self)
    }
}

/// Offers like one offer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimilarAnswer {
    /// Best first; never the offer itself.
    pub(crate) similar: Vec<SimilarOffer>,
}

/// One offer like another.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SimilarOffer {
    #[schema(value_type = Uuid)]
    pub(crate) micro_credential_id: MicroCredentialId,
    pub(crate) title: String,
    pub(crate) institution: InstitutionSummary,
    /// 0 to 1.
    pub(crate) similarity_score: f64,
    /// Outcomes or topics of this offer that the first one also covers.
    pub(crate) matched_areas: Vec<String>,
}

/// Asks for vectors.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmbeddingsRequest {
    /// Texts, none empty.
    #[schema(min_items = 1, max_items = 64, example = json!(["Analyze network traffic"]))]
    pub(crate) texts: Vec<String>,
}

impl EmbeddingsRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.require(
            (1..=MOST_TEXTS).contains(&self.texts.len()),
            "texts",
            format!("must have 1 to {MOST_TEXTS} entries"),
        );
        for (index, text) in self.texts.iter().enumerate().take(MOST_TEXTS) {
            violations.text(format!("texts[{index}]"), text, LONGEST_TEXT);
        }
        violations.finish()?;
        Ok(self)
    }
}

/// Vectors of texts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmbeddingsAnswer {
    /// One for each text.
    pub(crate) embeddings: Vec<Vec<f32>>,
    /// Length of each.
    #[schema(example = 384)]
    pub(crate) dimension: u32,
    /// Encoder, revision and precision.
    pub(crate) model: String,
}
