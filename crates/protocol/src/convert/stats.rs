//! Figures.

use domain::stats::{Counts, MonthStats, Stats};

use crate::pb::credential as pb;

fn counts_to_wire(counts: Counts) -> Vec<pb::ValueCount> {
    counts
        .into_iter()
        .map(|(value, count)| pb::ValueCount { value, count })
        .collect()
}

fn counts_from_wire(counts: Vec<pb::ValueCount>) -> Counts {
    counts.into_iter().map(|it| (it.value, it.count)).collect()
}

impl From<Stats> for pb::Stats {
    fn from(stats: Stats) -> Self {
        let month = |month: MonthStats| pb::MonthStats {
            month: month.month,
            created: month.created,
            published: month.published,
            recognised: month.recognised,
        };
        Self {
            credentials_by_status: counts_to_wire(stats.credentials_by_status),
            credentials_by_type: counts_to_wire(stats.credentials_by_type),
            credentials_by_level: counts_to_wire(stats.credentials_by_level),
            reviews_due: stats.reviews_due,
            recognitions_granted: stats.recognitions_granted,
            recognitions_received: stats.recognitions_received,
            pathways_by_status: counts_to_wire(stats.pathways_by_status),
            pathways_suggested: stats.pathways_suggested,
            pathways_suggested_approved: stats.pathways_suggested_approved,
            users_by_role: counts_to_wire(stats.users_by_role),
            months: stats.months.into_iter().map(month).collect(),
        }
    }
}

impl From<pb::Stats> for Stats {
    fn from(stats: pb::Stats) -> Self {
        let month = |month: pb::MonthStats| MonthStats {
            month: month.month,
            created: month.created,
            published: month.published,
            recognised: month.recognised,
        };
        Self {
            credentials_by_status: counts_from_wire(stats.credentials_by_status),
            credentials_by_type: counts_from_wire(stats.credentials_by_type),
            credentials_by_level: counts_from_wire(stats.credentials_by_level),
            reviews_due: stats.reviews_due,
            recognitions_granted: stats.recognitions_granted,
            recognitions_received: stats.recognitions_received,
            pathways_by_status: counts_from_wire(stats.pathways_by_status),
            pathways_suggested: stats.pathways_suggested,
            pathways_suggested_approved: stats.pathways_suggested_approved,
            users_by_role: counts_from_wire(stats.users_by_role),
            months: stats.months.into_iter().map(month).collect(),
        }
    }
}
