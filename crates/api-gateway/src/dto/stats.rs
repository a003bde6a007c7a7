//! Figures for dashboards.

use domain::stats::{self, Counts};
use serde::Serialize;
use utoipa::ToSchema;

/// Figures of the platform or of one institution.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stats {
    credentials: CredentialStats,
    recognitions: RecognitionStats,
    pathways: PathwayStats,
    users: UserStats,
    /// The last twelve months of UTC, oldest first, this one included.
    months: Vec<MonthStats>,
}

/// Micro-credentials.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CredentialStats {
    total: u64,
    /// Every status with its number.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    by_status: Counts,
    /// Every kind with its number.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    by_type: Counts,
    /// Every level with the number of those that state it.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    by_level: Counts,
    /// Those whose next review is due within 90 days or overdue.
    reviews_due: u64,
}

/// Recognitions in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecognitionStats {
    /// Granted by the institution; all of them for the platform.
    granted: u64,
    /// Of the institution's own offers; all of them for the platform.
    received: u64,
}

/// Pathways from or to the institution.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PathwayStats {
    total: u64,
    /// Every status with its number.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    by_status: Counts,
    /// Suggested by a model.
    suggested: u64,
    /// Suggested by a model and approved by people.
    suggested_approved: u64,
}

/// Active people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserStats {
    total: u64,
    /// Every role with its number.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    by_role: Counts,
}

/// What happened in one month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthStats {
    /// Month of UTC.
    #[schema(example = "2026-11")]
    month: String,
    /// Micro-credentials recorded.
    created: u64,
    /// Micro-credentials published for the first time.
    published: u64,
    /// Recognitions recorded.
    recognised: u64,
}

impl From<stats::Stats> for Stats {
    fn from(stats: stats::Stats) -> Self {
        let total = |counts: &Counts| counts.values().sum();
        let month = |month: stats::MonthStats| MonthStats {
            month: month.month,
            created: month.created,
            published: month.published,
            recognised: month.recognised,
        };
        Self {
            credentials: CredentialStats {
                total: total(&stats.credentials_by_status),
                by_status: stats.credentials_by_status,
                by_type: stats.credentials_by_type,
                by_level: stats.credentials_by_level,
                reviews_due: stats.reviews_due,
            },
            recognitions: RecognitionStats {
                granted: stats.recognitions_granted,
                received: stats.recognitions_received,
            },
            pathways: PathwayStats {
                total: total(&stats.pathways_by_status),
                by_status: stats.pathways_by_status,
                suggested: stats.pathways_suggested,
                suggested_approved: stats.pathways_suggested_approved,
            },
            users: UserStats {
                total: total(&stats.users_by_role),
                by_role: stats.users_by_role,
            },
            months: stats.months.into_iter().map(month).collect(),
        }
    }
}
