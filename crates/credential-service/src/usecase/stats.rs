//! Figures for dashboards.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use domain::Failure;
use domain::id::InstitutionId;
use domain::policy::{Action, permits};
use domain::stats::{MonthStats, REVIEW_NOTICE_DAYS, Stats, TREND_MONTHS};
use protocol::Caller;

use super::authority;
use crate::state::State;
use crate::store::stats::Scope;
use crate::store::{institutions, stats};

/// Counts for one institution; without one, for the whole platform or, for people of an institution, for their own.
pub(crate) async fn get(
    state: &State,
    caller: &Caller,
    institution: Option<InstitutionId>,
) -> Result<Stats, Failure> {
    let principal = &caller.principal;
    let institution = if permits(principal, Action::ReadStats, None) {
        institution
    } else {
        institution.or(principal.institution_id())
    };
    caller.authorize(Action::ReadStats, institution)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let database = &state.database;
    let mut transaction = database
        .moved_to_replica(transaction, caller.deadline)
        .await?;
    if let Some(id) = institution {
        institutions::find(&mut transaction, id)
            .await?
            .ok_or_else(|| Failure::not_found("institution"))?;
    }
    let today = crate::clock::now().date_naive();
    let months = months_until(today);
    let scope = Scope {
        institution,
        today,
        reviews_until: today + Days::new(REVIEW_NOTICE_DAYS),
        trend_from: months.first().copied().map_or(DateTime::UNIX_EPOCH, start),
    };
    let mut counted = stats::count(&mut transaction, &scope).await?;
    transaction.commit().await?;
    counted.months = filled(&months, &counted.months);
    Ok(counted)
}

/// The first days of the months of a trend, oldest first.
fn months_until(today: NaiveDate) -> Vec<NaiveDate> {
    let this = today.with_day(1).unwrap_or(today);
    (0..TREND_MONTHS)
        .rev()
        .filter_map(|back| this.checked_sub_months(Months::new(back)))
        .collect()
}

fn start(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// Every month, those in which nothing happened with 0.
fn filled(months: &[NaiveDate], counted: &[MonthStats]) -> Vec<MonthStats> {
    months
        .iter()
        .map(|day| {
            let month = day.format("%Y-%m").to_string();
            let found = counted.iter().find(|it| it.month == month).cloned();
            found.unwrap_or(MonthStats {
                month,
                ..MonthStats::default()
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_has_twelve_months_over_the_turn_of_the_year() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();

        let months = months_until(today);

        assert_eq!(months.len(), 12);
        assert_eq!(months[0], NaiveDate::from_ymd_opt(2025, 4, 1).unwrap());
        assert_eq!(months[11], NaiveDate::from_ymd_opt(2026, 3, 1).unwrap());
        let counted = [MonthStats {
            month: "2025-12".into(),
            created: 7,
            ..MonthStats::default()
        }];
        let filled = filled(&months, &counted);
        assert_eq!((filled.len(), filled[8].created), (12, 7));
    }
}
