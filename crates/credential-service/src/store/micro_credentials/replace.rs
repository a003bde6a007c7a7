//! Replacing many micro-credentials in a handful of statements.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::micro_credential::{
    LearningOutcome, MicroCredential, MicroCredentialDraft, Prerequisite,
};
use domain::workflow::CredentialStatus;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::super::parts;
use super::super::schema::micro_credentials as table;
use super::write::{CHUNK, NewCredential, NewRow};
use super::{TABLE, owner};

/// A micro-credential on record and what it becomes. The program code stays.
#[derive(Debug)]
pub(crate) struct Replacement<'a> {
    /// The row, which the caller has locked, with outcomes and prerequisites.
    pub(crate) known: &'a MicroCredential,
    /// Its fields, outcomes and prerequisites.
    pub(crate) draft: &'a MicroCredentialDraft,
    /// Where it stands.
    pub(crate) status: CredentialStatus,
    /// When it became public.
    pub(crate) published_at: Option<DateTime<Utc>>,
}

/// Replaces all fields, outcomes and prerequisites of rows that the caller has locked; parts that stay keep their identifiers.
pub(crate) async fn replace_many(
    conn: &mut AsyncPgConnection,
    replacements: &[Replacement<'_>],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for chunk in replacements.chunks(CHUNK) {
        let rows: Vec<NewRow<'_>> = chunk
            .iter()
            .map(|replacement| {
                let credential = NewCredential {
                    id: replacement.known.id,
                    institution_id: owner(replacement.known),
                    draft: replacement.draft,
                    status: replacement.status,
                    published_at: replacement.published_at,
                };
                NewRow::from(&credential)
            })
            .collect();
        // The rows are there: an insert that finds them is an update of many rows with many values.
        let statement = diesel::insert_into(table::table)
            .values(&rows)
            .on_conflict(table::id)
            .do_update()
            .set((
                table::title.eq(excluded(table::title)),
                table::short_title.eq(excluded(table::short_title)),
                table::description.eq(excluded(table::description)),
                table::credential_type.eq(excluded(table::credential_type)),
                table::delivery_mode.eq(excluded(table::delivery_mode)),
                table::duration.eq(excluded(table::duration)),
                table::credits.eq(excluded(table::credits)),
                table::assessment_method.eq(excluded(table::assessment_method)),
                table::cost.eq(excluded(table::cost)),
                table::language.eq(excluded(table::language)),
                table::level.eq(excluded(table::level)),
                table::campus.eq(excluded(table::campus)),
                table::department.eq(excluded(table::department)),
                table::faculty.eq(excluded(table::faculty)),
                table::effective_date.eq(excluded(table::effective_date)),
                table::expiry_date.eq(excluded(table::expiry_date)),
                table::last_review_date.eq(excluded(table::last_review_date)),
                table::next_review_date.eq(excluded(table::next_review_date)),
                table::program_url.eq(excluded(table::program_url)),
                table::application_url.eq(excluded(table::application_url)),
                table::additional_info.eq(excluded(table::additional_info)),
                table::status.eq(excluded(table::status)),
                table::published_at.eq(excluded(table::published_at)),
                table::updated_at.eq(now),
                table::version.eq(table::version + 1),
            ))
            .execute(conn);
        measured(Operation::Update, TABLE, statement).await?;
        let lists: Vec<_> = chunk
            .iter()
            .map(|it| (it.known.id.uuid(), it.known.outcomes.as_slice(), it.draft))
            .collect();
        parts::replace_many::<LearningOutcome>(conn, &lists).await?;
        let lists: Vec<_> = chunk
            .iter()
            .map(|it| {
                (
                    it.known.id.uuid(),
                    it.known.prerequisites.as_slice(),
                    it.draft,
                )
            })
            .collect();
        parts::replace_many::<Prerequisite>(conn, &lists).await?;
    }
    Ok(())
}
