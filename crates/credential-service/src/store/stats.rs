//! Figures for dashboards: a handful of aggregates, whatever the size of the catalogue.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::InstitutionId;
use domain::stats::{Counts, MonthStats, Stats};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// Of one institution, or of all.
    pub(crate) institution: Option<InstitutionId>,
    /// The day on which recognitions are in force.
    pub(crate) today: NaiveDate,
    /// Reviews due up to this day count as due.
    pub(crate) reviews_until: NaiveDate,
    /// When the trend begins.
    pub(crate) trend_from: DateTime<Utc>,
}

impl Scope {
    fn institution(&self) -> Option<Uuid> {
        self.institution.map(InstitutionId::uuid)
    }
}

#[derive(Debug, diesel::QueryableByName)]
struct CredentialCount {
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    credential_type: String,
    #[diesel(sql_type = Nullable<Text>)]
    level: Option<String>,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = BigInt)]
    due: i64,
}

#[derive(Debug, diesel::QueryableByName)]
struct RecognitionCount {
    #[diesel(sql_type = BigInt)]
    granted: i64,
    #[diesel(sql_type = BigInt)]
    received: i64,
}

#[derive(Debug, diesel::QueryableByName)]
struct PathwayCount {
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Bool)]
    suggested: bool,
    #[diesel(sql_type = Bool)]
    approved: bool,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(Debug, diesel::QueryableByName)]
struct RoleCount {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(Debug, diesel::QueryableByName)]
struct MonthCount {
    #[diesel(sql_type = Text)]
    month: String,
    #[diesel(sql_type = BigInt)]
    created: i64,
    #[diesel(sql_type = BigInt)]
    published: i64,
    #[diesel(sql_type = BigInt)]
    recognised: i64,
}

/// Counts everything; `months` has only months in which something happened.
pub(crate) async fn count(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
) -> Result<Stats, StoreError> {
    let mut stats = Stats::nothing();
    count_credentials(conn, scope, &mut stats).await?;
    count_recognitions(conn, scope, &mut stats).await?;
    count_pathways(conn, scope, &mut stats).await?;
    count_users(conn, scope, &mut stats).await?;
    stats.months = months(conn, scope).await?;
    Ok(stats)
}

async fn count_credentials(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    stats: &mut Stats,
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "SELECT status, credential_type, level, count(*) AS number, \
                count(*) FILTER (WHERE is_active AND next_review_date <= $2) AS due \
         FROM micro_credentials WHERE $1 IS NULL OR institution_id = $1 \
         GROUP BY status, credential_type, level",
    )
    .bind::<Nullable<SqlUuid>, _>(scope.institution())
    .bind::<Date, _>(scope.reviews_until)
    .load::<CredentialCount>(conn);
    for row in measured(Operation::Select, "micro_credentials", statement).await? {
        let number = unsigned(row.number);
        add(&mut stats.credentials_by_status, row.status, number);
        add(&mut stats.credentials_by_type, row.credential_type, number);
        if let Some(level) = row.level {
            add(&mut stats.credentials_by_level, level, number);
        }
        stats.reviews_due += unsigned(row.due);
    }
    Ok(())
}

async fn count_recognitions(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    stats: &mut Stats,
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "SELECT count(*) FILTER (WHERE $1 IS NULL OR decision.recognizing_institution_id = $1) AS granted, \
                count(*) FILTER (WHERE $1 IS NULL OR offer.institution_id = $1) AS received \
         FROM recognitions AS decision \
         JOIN micro_credentials AS offer ON offer.id = decision.micro_credential_id \
         WHERE decision.is_active AND decision.effective_date <= $2 \
           AND (decision.expiry_date IS NULL OR decision.expiry_date >= $2) \
           AND ($1 IS NULL OR decision.recognizing_institution_id = $1 OR offer.institution_id = $1)",
    )
    .bind::<Nullable<SqlUuid>, _>(scope.institution())
    .bind::<Date, _>(scope.today)
    .get_result::<RecognitionCount>(conn);
    let row = measured(Operation::Select, "recognitions", statement).await?;
    stats.recognitions_granted = unsigned(row.granted);
    stats.recognitions_received = unsigned(row.received);
    Ok(())
}

async fn count_pathways(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    stats: &mut Stats,
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "SELECT status, is_ai_suggested AS suggested, approved_at IS NOT NULL AS approved, count(*) AS number \
         FROM pathways WHERE $1 IS NULL OR source_institution_id = $1 OR target_institution_id = $1 \
         GROUP BY status, is_ai_suggested, approved_at IS NOT NULL",
    )
    .bind::<Nullable<SqlUuid>, _>(scope.institution())
    .load::<PathwayCount>(conn);
    for row in measured(Operation::Select, "pathways", statement).await? {
        let number = unsigned(row.number);
        add(&mut stats.pathways_by_status, row.status, number);
        if row.suggested {
            stats.pathways_suggested += number;
            if row.approved {
                stats.pathways_suggested_approved += number;
            }
        }
    }
    Ok(())
}

async fn count_users(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    stats: &mut Stats,
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "SELECT role, count(*) AS number FROM users \
         WHERE is_active AND ($1 IS NULL OR institution_id = $1) GROUP BY role",
    )
    .bind::<Nullable<SqlUuid>, _>(scope.institution())
    .load::<RoleCount>(conn);
    for row in measured(Operation::Select, "users", statement).await? {
        add(&mut stats.users_by_role, row.role, unsigned(row.number));
    }
    Ok(())
}

async fn months(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
) -> Result<Vec<MonthStats>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM') AS month, \
                count(*) FILTER (WHERE what = 'created') AS created, \
                count(*) FILTER (WHERE what = 'published') AS published, \
                count(*) FILTER (WHERE what = 'recognised') AS recognised \
         FROM (SELECT 'created' AS what, created_at AS moment FROM micro_credentials \
                   WHERE created_at >= $2 AND ($1 IS NULL OR institution_id = $1) \
               UNION ALL SELECT 'published', published_at FROM micro_credentials \
                   WHERE published_at >= $2 AND ($1 IS NULL OR institution_id = $1) \
               UNION ALL SELECT 'recognised', created_at FROM recognitions \
                   WHERE created_at >= $2 AND ($1 IS NULL OR recognizing_institution_id = $1)) AS happened \
         GROUP BY 1 ORDER BY 1",
    )
    .bind::<Nullable<SqlUuid>, _>(scope.institution())
    .bind::<Timestamptz, _>(scope.trend_from)
    .load::<MonthCount>(conn);
    let rows = measured(Operation::Select, "micro_credentials", statement).await?;
    Ok(rows
        .into_iter()
        .map(|row| MonthStats {
            month: row.month,
            created: unsigned(row.created),
            published: unsigned(row.published),
            recognised: unsigned(row.recognised),
        })
        .collect())
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn add(counts: &mut Counts, value: String, number: u64) {
    *counts.entry(value).or_default() += number;
}
