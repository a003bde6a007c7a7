//! Learning outcomes and prerequisites, as parts of a micro-credential.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::id::{LearningOutcomeId, PrerequisiteId};
use domain::micro_credential::{self, LearningOutcomeDraft, MicroCredential, PrerequisiteDraft};
use domain::vocabulary::{BloomLevel, OutcomeCategory, PrerequisiteType};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::vocabulary;
use crate::response::HasVersion;
use crate::upstream::credential::micro_credential::ChangedPart;

/// A learning outcome to be recorded; its place in the list is its order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OutcomeInput {
    /// What the learner can do afterwards.
    #[schema(
        example = "Analyze network traffic for signs of intrusion",
        min_length = 1
    )]
    outcome_text: String,
    /// Bloom level, if stated.
    #[schema(value_type = Option<vocabulary::BloomLevel>)]
    bloom_level: Option<BloomLevel>,
    /// Category, if stated.
    #[schema(value_type = Option<vocabulary::OutcomeCategory>)]
    category: Option<OutcomeCategory>,
    /// True when the credential cannot be earned without it; publishing needs at least one.
    #[serde(default)]
    is_core: bool,
    /// Key words.
    #[serde(default)]
    keywords: Vec<String>,
}

impl From<OutcomeInput> for LearningOutcomeDraft {
    fn from(input: OutcomeInput) -> Self {
        Self {
            outcome_text: input.outcome_text,
            bloom_level: input.bloom_level,
            category: input.category,
            is_core: input.is_core,
            keywords: input.keywords,
        }
    }
}

/// A prerequisite to be recorded; its place in the list is its order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PrerequisiteInput {
    /// What is asked for.
    #[schema(example = "Two years of work in IT support", min_length = 1)]
    description: String,
    /// Kind.
    #[serde(rename = "type")]
    #[schema(value_type = vocabulary::PrerequisiteType)]
    prerequisite_type: PrerequisiteType,
    /// False when it is only advised.
    #[serde(default = "yes")]
    is_mandatory: bool,
}

const fn yes() -> bool {
    true
}

impl From<PrerequisiteInput> for PrerequisiteDraft {
    fn from(input: PrerequisiteInput) -> Self {
        Self {
            description: input.description,
            prerequisite_type: input.prerequisite_type,
            is_mandatory: input.is_mandatory,
        }
    }
}

/// A learning outcome.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LearningOutcome {
    #[schema(value_type = Uuid)]
    id: LearningOutcomeId,
    outcome_text: String,
    #[schema(value_type = Option<vocabulary::BloomLevel>)]
    bloom_level: Option<BloomLevel>,
    #[schema(value_type = Option<vocabulary::OutcomeCategory>)]
    category: Option<OutcomeCategory>,
    is_core: bool,
    keywords: Vec<String>,
    /// Place in the list, from 0.
    order_index: u32,
    created_at: DateTime<Utc>,
    /// When its fields or its place last changed.
    updated_at: DateTime<Utc>,
}

impl From<micro_credential::LearningOutcome> for LearningOutcome {
    fn from(outcome: micro_credential::LearningOutcome) -> Self {
        Self {
            id: outcome.id,
            outcome_text: outcome.fields.outcome_text,
            bloom_level: outcome.fields.bloom_level,
            category: outcome.fields.category,
            is_core: outcome.fields.is_core,
            keywords: outcome.fields.keywords,
            order_index: outcome.order_index,
            created_at: outcome.created_at,
            updated_at: outcome.updated_at,
        }
    }
}

/// A prerequisite.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Prerequisite {
    #[schema(value_type = Uuid)]
    id: PrerequisiteId,
    description: String,
    #[serde(rename = "type")]
    #[schema(value_type = vocabulary::PrerequisiteType)]
    prerequisite_type: PrerequisiteType,
    is_mandatory: bool,
    /// Place in the list, from 0.
    order_index: u32,
    created_at: DateTime<Utc>,
    /// When its fields or its place last changed.
    updated_at: DateTime<Utc>,
}

impl From<micro_credential::Prerequisite> for Prerequisite {
    fn from(prerequisite: micro_credential::Prerequisite) -> Self {
        Self {
            id: prerequisite.id,
            description: prerequisite.fields.description,
            prerequisite_type: prerequisite.fields.prerequisite_type,
            is_mandatory: prerequisite.fields.is_mandatory,
            order_index: prerequisite.order_index,
            created_at: prerequisite.created_at,
            updated_at: prerequisite.updated_at,
        }
    }
}

/// A new order of a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OutcomeOrder {
    /// Every outcome of the micro-credential, each once.
    #[schema(value_type = Vec<Uuid>, max_items = 100)]
    pub(crate) ids: Vec<LearningOutcomeId>,
}

/// A new order of a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PrerequisiteOrder {
    /// Every prerequisite of the micro-credential, each once.
    #[schema(value_type = Vec<Uuid>, max_items = 50)]
    pub(crate) ids: Vec<PrerequisiteId>,
}

/// A part of a micro-credential, or all of them, tagged with the version of the micro-credential: that is what `If-Match`
/// compares.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct PartOf<T> {
    data: T,
    #[serde(skip)]
    version: i64,
}

impl<T> HasVersion for PartOf<T> {
    fn version(&self) -> i64 {
        self.version
    }
}

impl<T> PartOf<T> {
    fn new(data: T, version: i64) -> Self {
        Self { data, version }
    }
}

/// Every outcome of a micro-credential, in order.
pub(crate) fn outcomes(credential: MicroCredential) -> PartOf<Vec<LearningOutcome>> {
    let list = credential.outcomes.into_iter().map(Into::into).collect();
    PartOf::new(list, credential.version)
}

/// Every prerequisite of a micro-credential, in order.
pub(crate) fn prerequisites(credential: MicroCredential) -> PartOf<Vec<Prerequisite>> {
    let list = credential.prerequisites.into_iter().map(Into::into);
    PartOf::new(list.collect(), credential.version)
}

/// The outcome that was changed.
///
/// # Errors
/// `INTERNAL_ERROR` when the service has not said which one it was.
pub(crate) fn outcome(changed: ChangedPart) -> Result<PartOf<LearningOutcome>, Failure> {
    let (credential, part) = changed;
    let mut list = credential.outcomes.into_iter();
    let found = list.find(|it| Some(it.id.uuid()) == part);
    let found = found.ok_or_else(|| Failure::internal("the answer names no outcome"))?;
    Ok(PartOf::new(found.into(), credential.version))
}

/// The prerequisite that was changed.
///
/// # Errors
/// `INTERNAL_ERROR` when the service has not said which one it was.
pub(crate) fn prerequisite(changed: ChangedPart) -> Result<PartOf<Prerequisite>, Failure> {
    let (credential, part) = changed;
    let mut list = credential.prerequisites.into_iter();
    let found = list.find(|it| Some(it.id.uuid()) == part);
    let found = found.ok_or_else(|| Failure::internal("the answer names no prerequisite"))?;
    Ok(PartOf::new(found.into(), credential.version))
}

impl PartOf<LearningOutcome> {
    /// Its identifier.
    pub(crate) const fn id(&self) -> LearningOutcomeId {
        self.data.id
    }
}

impl PartOf<Prerequisite> {
    /// Its identifier.
    pub(crate) const fn id(&self) -> PrerequisiteId {
        self.data.id
    }
}
