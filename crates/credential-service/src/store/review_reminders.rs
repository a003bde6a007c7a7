//! Table `review_reminders`: which reviews people have been reminded of.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};

const TABLE: &str = "review_reminders";

/// What is due: of an active institution, not archived, and not reminded of for this date. `$1`: days ahead.
const DUE: &str = "FROM micro_credentials AS offer JOIN institutions AS owner ON owner.id = offer.institution_id \
     WHERE offer.next_review_date <= current_date + $1 AND offer.is_active AND offer.status <> 'ARCHIVED' AND owner.is_active \
       AND NOT EXISTS (SELECT 1 FROM review_reminders AS told \
           WHERE told.micro_credential_id = offer.id AND told.review_date = offer.next_review_date)";
/// Who is reminded.
const PEOPLE: &str = "is_active AND role IN ('INSTITUTION_ADMIN', 'PROGRAM_COORDINATOR')";

/// An institution with reviews that nobody has been reminded of.
#[derive(Debug, QueryableByName)]
pub(crate) struct DueInstitution {
    /// Identifier.
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    /// Name.
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
}

/// A review that comes or has passed.
#[derive(Debug, QueryableByName)]
pub(crate) struct DueReview {
    /// Title of the micro-credential.
    #[diesel(sql_type = Text)]
    pub(crate) title: String,
    /// Code of the micro-credential.
    #[diesel(sql_type = Text)]
    pub(crate) program_code: String,
    /// Day of the review.
    #[diesel(sql_type = Date)]
    pub(crate) review_date: NaiveDate,
}

/// Somebody to be reminded.
#[derive(Debug, QueryableByName)]
pub(crate) struct Recipient {
    /// Address.
    #[diesel(sql_type = Text)]
    pub(crate) email: String,
    /// Name.
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
}

#[derive(Debug, QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Reads institutions with reviews to be reminded of and people to remind, after one in their order, at most `limit`.
pub(crate) async fn institutions(
    conn: &mut AsyncPgConnection,
    days: i32,
    after: Uuid,
    limit: i64,
) -> Result<Vec<DueInstitution>, StoreError> {
    let statement = diesel::sql_query(format!(
        "SELECT DISTINCT owner.id, owner.name {DUE} AND owner.id > $2 \
           AND EXISTS (SELECT 1 FROM users WHERE institution_id = owner.id AND {PEOPLE}) \
         ORDER BY owner.id LIMIT $3"
    ))
    .bind::<Integer, _>(days)
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Counts what is due of an institution.
pub(crate) async fn count(
    conn: &mut AsyncPgConnection,
    institution: Uuid,
    days: i32,
) -> Result<i64, StoreError> {
    let statement = diesel::sql_query(format!("SELECT count(*) AS number {DUE} AND owner.id = $2"))
        .bind::<Integer, _>(days)
        .bind::<SqlUuid, _>(institution)
        .get_result::<Number>(conn);
    let counted = measured(Operation::Select, TABLE, statement).await?;
    Ok(counted.number)
}

/// Marks what is due of an institution as told and returns it, the earliest first; of two at once each gets its own part.
pub(crate) async fn take(
    conn: &mut AsyncPgConnection,
    institution: Uuid,
    days: i32,
    limit: i64,
) -> Result<Vec<DueReview>, StoreError> {
    let statement = diesel::sql_query(format!(
        "WITH due AS (SELECT offer.id, offer.next_review_date, offer.title, offer.program_code {DUE} \
             AND owner.id = $2 ORDER BY offer.next_review_date, offer.id LIMIT $3), \
         told AS (INSERT INTO review_reminders (micro_credential_id, review_date) \
             SELECT id, next_review_date FROM due ON CONFLICT DO NOTHING RETURNING micro_credential_id) \
         SELECT due.title, due.program_code, due.next_review_date AS review_date \
         FROM due JOIN told ON told.micro_credential_id = due.id ORDER BY due.next_review_date, due.id"
    ))
    .bind::<Integer, _>(days)
    .bind::<SqlUuid, _>(institution)
    .bind::<BigInt, _>(limit)
    .load(conn);
    measured(Operation::Insert, TABLE, statement).await
}

/// Reads who coordinates and administers an institution, at most `limit`.
pub(crate) async fn recipients(
    conn: &mut AsyncPgConnection,
    institution: Uuid,
    limit: i64,
) -> Result<Vec<Recipient>, StoreError> {
    let statement = diesel::sql_query(format!(
        "SELECT email, first_name || ' ' || last_name AS name FROM users \
         WHERE institution_id = $1 AND {PEOPLE} ORDER BY id LIMIT $2"
    ))
    .bind::<SqlUuid, _>(institution)
    .bind::<BigInt, _>(limit)
    .load(conn);
    measured(Operation::Select, "users", statement).await
}
