//! What people make of answers, and the methods behind them.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::id::PredictionId;
use domain::validate::Violations;
use domain::vocabulary::FeedbackVerdict;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::vocabulary;

const LONGEST_COMMENT: usize = 5_000;

/// What one made of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FeedbackRequest {
    /// The `predictionId` of the answer.
    #[schema(value_type = Uuid)]
    pub(crate) prediction_id: PredictionId,
    /// `ACCEPTED`: used as it was; `REJECTED`: not used; `MODIFIED`: used after a change.
    #[schema(value_type = vocabulary::FeedbackVerdict)]
    pub(crate) verdict: FeedbackVerdict,
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub(crate) rating: Option<u32>,
    /// At most 5,000 characters.
    #[schema(min_length = 1, max_length = 5000)]
    pub(crate) comment: Option<String>,
}

impl FeedbackRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        if let Some(rating) = &self.rating {
            violations.within("rating", rating, &(1..=5));
        }
        violations.optional_text("comment", self.comment.as_deref(), LONGEST_COMMENT);
        violations.finish()?;
        Ok(self)
    }
}

/// Feedback as recorded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Feedback {
    pub(crate) id: Uuid,
    #[schema(value_type = Uuid)]
    pub(crate) prediction_id: PredictionId,
    #[schema(value_type = vocabulary::FeedbackVerdict)]
    pub(crate) verdict: FeedbackVerdict,
    pub(crate) rating: Option<u32>,
    pub(crate) comment: Option<String>,
    /// When one first said something.
    pub(crate) created_at: DateTime<Utc>,
    /// When one last said something.
    pub(crate) updated_at: DateTime<Utc>,
}

/// The methods in use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MethodsAnswer {
    /// In a fixed order.
    pub(crate) models: Vec<Method>,
}

/// A method in use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Method {
    /// What it is for.
    #[schema(example = "credit_assessment")]
    pub(crate) kind: String,
    /// Its version, as answers name it.
    pub(crate) version: String,
    /// How it works, in a sentence.
    pub(crate) description: String,
    /// Figures measured on named data.
    pub(crate) metrics: Vec<MethodMetric>,
    /// When this version first answered; null when it has not been asked, or keeps no predictions.
    pub(crate) since: Option<DateTime<Utc>>,
    /// Predictions on record of this version.
    pub(crate) predictions: u64,
    pub(crate) feedback: FeedbackCounts,
    /// How its scores move; null for methods that keep no predictions.
    pub(crate) drift: Option<Drift>,
}

/// One measured figure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodMetric {
    /// What was measured.
    pub(crate) name: String,
    pub(crate) value: f64,
    /// On which data.
    pub(crate) data: String,
    /// On which day.
    #[schema(example = "2026-11-23")]
    pub(crate) measured_on: String,
}

/// Counts of feedback.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FeedbackCounts {
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) modified: u64,
    /// 1 to 5; null without any rating.
    pub(crate) mean_rating: Option<f64>,
}

/// How far the scores of late are from the scores before.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drift {
    /// Over ten equal bins of the score; null with too few predictions.
    pub(crate) population_stability_index: Option<f64>,
    /// Predictions of the last 7 days.
    pub(crate) recent: u64,
    /// Predictions of the 28 days before.
    pub(crate) before: u64,
    /// What the figure says, or why there is none.
    pub(crate) note: String,
}
