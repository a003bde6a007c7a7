//! Learning outcomes: their level, category and key words, and where they stand in a text.

use domain::Failure;
use domain::validate::Violations;
use domain::vocabulary::{BloomLevel, OutcomeCategory};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::vocabulary;

const MOST_OUTCOMES: usize = 64;
const LONGEST_OUTCOME: usize = 2_000;
const LONGEST_TEXT: usize = 50_000;

/// Outcomes to classify.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassificationRequest {
    /// Texts, none empty, each of at most 2,000 characters.
    #[schema(min_items = 1, max_items = 64, example = json!(["Analyze network traffic to find signs of intrusion"]))]
    pub(crate) outcomes: Vec<String>,
}

impl ClassificationRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.require(
            (1..=MOST_OUTCOMES).contains(&self.outcomes.len()),
            "outcomes",
            format!("must have 1 to {MOST_OUTCOMES} entries"),
        );
        for (index, text) in self.outcomes.iter().enumerate().take(MOST_OUTCOMES) {
            violations.text(format!("outcomes[{index}]"), text, LONGEST_OUTCOME);
        }
        violations.finish()?;
        Ok(self)
    }
}

/// What was made of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClassificationAnswer {
    /// One for each outcome, in their order.
    pub(crate) classifications: Vec<ClassifiedOutcome>,
    /// Method and encoder.
    pub(crate) model_version: String,
    /// The stored prediction.
    pub(crate) prediction_id: Uuid,
}

/// What was made of one outcome.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClassifiedOutcome {
    pub(crate) outcome_text: String,
    /// The likeliest level.
    #[schema(value_type = vocabulary::BloomLevel)]
    pub(crate) bloom_level: BloomLevel,
    /// Every level, lowest first; together 1.
    pub(crate) bloom_confidences: Vec<BloomConfidence>,
    /// The likeliest category.
    #[schema(value_type = vocabulary::OutcomeCategory)]
    pub(crate) category: OutcomeCategory,
    /// Every category; together 1.
    pub(crate) category_confidences: Vec<CategoryConfidence>,
    /// Key words, weightiest first.
    pub(crate) keywords: Vec<String>,
    /// Why, in sentences.
    pub(crate) reasoning: Vec<String>,
}

/// How likely one level is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BloomConfidence {
    #[schema(value_type = vocabulary::BloomLevel)]
    pub(crate) level: BloomLevel,
    /// 0 to 1.
    pub(crate) confidence: f64,
}

/// How likely one category is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryConfidence {
    #[schema(value_type = vocabulary::OutcomeCategory)]
    pub(crate) category: OutcomeCategory,
    /// 0 to 1.
    pub(crate) confidence: f64,
}

/// A text that may hold outcomes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExtractionRequest {
    /// At most 50,000 bytes of UTF-8.
    #[schema(min_length = 1, max_length = 50000)]
    pub(crate) text: String,
    /// Least confidence.
    #[serde(default = "half")]
    #[schema(minimum = 0, maximum = 1, default = 0.5)]
    pub(crate) min_confidence: f64,
}

const fn half() -> f64 {
    0.5
}

impl ExtractionRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.text("text", &self.text, LONGEST_TEXT);
        violations.require(
            self.text.len() <= LONGEST_TEXT,
            "text",
            format!("must have at most {LONGEST_TEXT} bytes"),
        );
        violations.within("minConfidence", &self.min_confidence, &(0.0..=1.0));
        violations.finish()?;
        Ok(self)
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExtractionAnswer {
    /// In the order of the text.
    pub(crate) outcomes: Vec<ExtractedOutcome>,
    /// Sentences and items looked at.
    pub(crate) examined: u32,
    /// Method.
    pub(crate) model_version: String,
}

/// An outcome found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExtractedOutcome {
    /// As it stands in the text, without bullet and lead-in.
    pub(crate) outcome_text: String,
    /// Characters (Unicode code points) of the text before it.
    pub(crate) start: u32,
    /// Characters of the text up to its end.
    pub(crate) end: u32,
    /// 0 to 1.
    pub(crate) confidence: f64,
    /// The level that its verb names most often; null when the verb is not known.
    #[schema(value_type = Option<vocabulary::BloomLevel>)]
    pub(crate) bloom_level: Option<BloomLevel>,
    /// What speaks for and against it, in words.
    pub(crate) signs: Vec<String>,
}
