//! Writing recognitions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::RecognitionId;
use domain::recognition::{Recognition, RecognitionDraft};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::super::schema::recognitions;
use super::{TABLE, find_many};

#[derive(Debug, Insertable)]
#[diesel(table_name = recognitions)]
struct NewRecognition<'draft> {
    id: Uuid,
    micro_credential_id: Uuid,
    recognizing_institution_id: Uuid,
    #[diesel(embed)]
    fields: Fields<'draft>,
}

/// What may change afterwards; an absent field is written as NULL.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = recognitions, treat_none_as_null = true)]
struct Fields<'draft> {
    recognition_type: &'draft str,
    credit_value: Decimal,
    credit_type: &'draft str,
    transcript_method: &'draft str,
    conditions: Option<&'draft str>,
    effective_date: NaiveDate,
    expiry_date: Option<NaiveDate>,
    approval_reference: Option<&'draft str>,
    notes: Option<&'draft str>,
    badge_url: Option<&'draft str>,
    certificate_template_id: Option<&'draft str>,
}

impl<'draft> From<&'draft RecognitionDraft> for Fields<'draft> {
    fn from(draft: &'draft RecognitionDraft) -> Self {
        Self {
            recognition_type: draft.recognition_type.as_str(),
            credit_value: draft.credit_value,
            credit_type: draft.credit_type.as_str(),
            transcript_method: draft.transcript_method.as_str(),
            conditions: draft.conditions.as_deref(),
            effective_date: draft.effective_date,
            expiry_date: draft.expiry_date,
            approval_reference: draft.approval_reference.as_deref(),
            notes: draft.notes.as_deref(),
            badge_url: draft.badge_url.as_deref(),
            certificate_template_id: draft.certificate_template_id.as_deref(),
        }
    }
}

/// Writes a new row.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    id: RecognitionId,
    draft: &RecognitionDraft,
) -> Result<(), StoreError> {
    let row = NewRecognition {
        id: id.uuid(),
        micro_credential_id: draft.micro_credential_id.uuid(),
        recognizing_institution_id: draft.recognizing_institution_id.uuid(),
        fields: draft.into(),
    };
    let statement = diesel::insert_into(recognitions::table)
        .values(row)
        .execute(conn);
    measured(Operation::Insert, TABLE, statement).await?;
    Ok(())
}

/// Locks one row until the end of the transaction, then reads it.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    id: RecognitionId,
) -> Result<Option<Recognition>, StoreError> {
    let statement = recognitions::table
        .find(id.uuid())
        .select(recognitions::id)
        .for_update()
        .load::<Uuid>(conn);
    let ids = measured(Operation::Select, TABLE, statement).await?;
    Ok(find_many(conn, &ids).await?.pop())
}

/// Replaces the fields of a row that the caller has locked; what it is about and who decided stay.
pub(crate) async fn replace(
    conn: &mut AsyncPgConnection,
    id: RecognitionId,
    draft: &RecognitionDraft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(recognitions::table.find(id.uuid()))
        .set((
            Fields::from(draft),
            recognitions::updated_at.eq(now),
            recognitions::version.eq(recognitions::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Ends a row that the caller has locked.
pub(crate) async fn withdraw(
    conn: &mut AsyncPgConnection,
    id: RecognitionId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(recognitions::table.find(id.uuid()))
        .set((
            recognitions::is_active.eq(false),
            recognitions::withdrawn_at.eq(Some(now)),
            recognitions::updated_at.eq(now),
            recognitions::version.eq(recognitions::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}
