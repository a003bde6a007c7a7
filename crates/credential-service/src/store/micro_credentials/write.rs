//! Writing micro-credentials together with their outcomes and prerequisites.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, MicroCredentialId};
use domain::micro_credential::{LearningOutcome, MicroCredentialDraft, Prerequisite};
use domain::vocabulary::{DeliveryMode, EducationLevel};
use domain::workflow::CredentialStatus;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::super::parts;
use super::super::schema::micro_credentials;
use super::TABLE;

/// Rows of one statement: 25 values each, well below the 65,535 that a statement takes.
pub(super) const CHUNK: usize = 500;

/// A micro-credential to be recorded.
#[derive(Debug)]
pub(crate) struct NewCredential<'draft> {
    /// Its identifier.
    pub(crate) id: MicroCredentialId,
    /// Its institution.
    pub(crate) institution_id: InstitutionId,
    /// Its fields.
    pub(crate) draft: &'draft MicroCredentialDraft,
    /// Where it stands.
    pub(crate) status: CredentialStatus,
    /// When it became public.
    pub(crate) published_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = micro_credentials)]
pub(super) struct NewRow<'draft> {
    id: Uuid,
    institution_id: Uuid,
    status: &'draft str,
    published_at: Option<DateTime<Utc>>,
    #[diesel(embed)]
    fields: Fields<'draft>,
}

impl<'draft> From<&NewCredential<'draft>> for NewRow<'draft> {
    fn from(credential: &NewCredential<'draft>) -> Self {
        Self {
            id: credential.id.uuid(),
            institution_id: credential.institution_id.uuid(),
            status: credential.status.as_str(),
            published_at: credential.published_at,
            fields: credential.draft.into(),
        }
    }
}

/// The descriptive fields; an absent one is written as NULL.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = micro_credentials, treat_none_as_null = true)]
pub(super) struct Fields<'draft> {
    title: &'draft str,
    short_title: Option<&'draft str>,
    description: Option<&'draft str>,
    program_code: &'draft str,
    credential_type: &'draft str,
    delivery_mode: Option<&'draft str>,
    duration: Option<Decimal>,
    credits: Option<Decimal>,
    assessment_method: Option<&'draft str>,
    cost: Option<Decimal>,
    language: &'draft str,
    level: Option<&'draft str>,
    campus: Option<&'draft str>,
    department: Option<&'draft str>,
    faculty: Option<&'draft str>,
    effective_date: Option<NaiveDate>,
    expiry_date: Option<NaiveDate>,
    last_review_date: Option<NaiveDate>,
    next_review_date: Option<NaiveDate>,
    program_url: Option<&'draft str>,
    application_url: Option<&'draft str>,
    additional_info: Option<&'draft str>,
}

impl<'draft> From<&'draft MicroCredentialDraft> for Fields<'draft> {
    fn from(draft: &'draft MicroCredentialDraft) -> Self {
        Self {
            title: &draft.title,
            short_title: draft.short_title.as_deref(),
            description: draft.description.as_deref(),
            program_code: &draft.program_code,
            credential_type: draft.credential_type.as_str(),
            delivery_mode: draft.delivery_mode.map(DeliveryMode::as_str),
            duration: draft.duration,
            credits: draft.credits,
            assessment_method: draft.assessment_method.as_deref(),
            cost: draft.cost,
            language: &draft.language,
            level: draft.level.map(EducationLevel::as_str),
            campus: draft.campus.as_deref(),
            department: draft.department.as_deref(),
            faculty: draft.faculty.as_deref(),
            effective_date: draft.effective_date,
            expiry_date: draft.expiry_date,
            last_review_date: draft.last_review_date,
            next_review_date: draft.next_review_date,
            program_url: draft.program_url.as_deref(),
            application_url: draft.application_url.as_deref(),
            additional_info: draft.additional_info.as_deref(),
        }
    }
}

/// Writes new rows with their outcomes and prerequisites, hundreds at a time.
pub(crate) async fn insert_many(
    conn: &mut AsyncPgConnection,
    credentials: &[NewCredential<'_>],
) -> Result<(), StoreError> {
    for chunk in credentials.chunks(CHUNK) {
        let rows: Vec<NewRow<'_>> = chunk.iter().map(Into::into).collect();
        let statement = diesel::insert_into(micro_credentials::table)
            .values(&rows)
            .execute(conn);
        measured(Operation::Insert, TABLE, statement).await?;
    }
    let lists: Vec<_> = credentials
        .iter()
        .map(|credential| (credential.id.uuid(), credential.draft))
        .collect();
    parts::insert_many::<LearningOutcome>(conn, &lists).await?;
    parts::insert_many::<Prerequisite>(conn, &lists).await
}

/// Replaces all fields, outcomes and prerequisites of a row that the caller has locked; what stays keeps its identifier.
pub(crate) async fn replace(
    conn: &mut AsyncPgConnection,
    id: MicroCredentialId,
    draft: &MicroCredentialDraft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(micro_credentials::table.find(id.uuid()))
        .set((
            Fields::from(draft),
            micro_credentials::updated_at.eq(now),
            micro_credentials::version.eq(micro_credentials::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    parts::replace::<LearningOutcome>(conn, id, draft).await?;
    parts::replace::<Prerequisite>(conn, id, draft).await
}

/// Moves a row that the caller has locked to another status.
pub(crate) async fn set_status(
    conn: &mut AsyncPgConnection,
    id: MicroCredentialId,
    status: CredentialStatus,
    published_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(micro_credentials::table.find(id.uuid()))
        .set((
            micro_credentials::status.eq(status.as_str()),
            micro_credentials::is_active.eq(status != CredentialStatus::Archived),
            micro_credentials::published_at.eq(published_at),
            micro_credentials::updated_at.eq(now),
            micro_credentials::version.eq(micro_credentials::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Counts a change to the parts of a row that the caller has locked.
pub(crate) async fn touch(
    conn: &mut AsyncPgConnection,
    id: MicroCredentialId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(micro_credentials::table.find(id.uuid()))
        .set((
            micro_credentials::updated_at.eq(now),
            micro_credentials::version.eq(micro_credentials::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}
