//! Decisions as the record tells them: recognitions given, changed and withdrawn, pathways agreed to and sent back.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::InstitutionId;
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};

/// A decision with what it was about, as that stands now.
#[derive(Debug, QueryableByName)]
pub(crate) struct Decision {
    /// Identifier of the entry of the record.
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub(crate) decided_at: DateTime<Utc>,
    /// Address of who made it; none: an operator.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) decided_by: Option<String>,
    /// Code of the institution that decides.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) institution_code: Option<String>,
    /// `RECOGNITION` or `PATHWAY`.
    #[diesel(sql_type = Text)]
    pub(crate) entity_type: String,
    /// Identifier of the recognition or pathway.
    #[diesel(sql_type = SqlUuid)]
    pub(crate) entity_id: Uuid,
    /// What was done, in the words of the record.
    #[diesel(sql_type = Text)]
    pub(crate) action: String,
    /// The fields that changed, with `;` between.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) changed_fields: Option<String>,
    /// Code of the micro-credential.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) program_code: Option<String>,
    /// Title of the micro-credential.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) title: Option<String>,
    /// Code of the institution that offers it.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) offered_by: Option<String>,
    /// How it is recognised.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) recognition_type: Option<String>,
    /// Credits of the recognition or of the pathway.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) credits: Option<String>,
    /// Where the credit counts.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) credit_type: Option<String>,
    /// What the institution calls its approval.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) approval_reference: Option<String>,
    /// Name of the pathway.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) pathway_name: Option<String>,
    /// Code of the institution that the pathway comes from.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) pathway_source: Option<String>,
}

/// A place in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecisionPlace {
    /// When the decision was made.
    pub(crate) decided_at: DateTime<Utc>,
    /// Identifier of the entry of the record.
    pub(crate) id: Uuid,
}

/// Reads decisions after a place and before a moment in order of time, of one institution unless `institution` is `None`.
///
/// Recognitions are decided by the institution that recognises, pathways by the one that they lead to, also where a platform
/// administrator has acted for it.
pub(crate) async fn walk(
    conn: &mut AsyncPgConnection,
    institution: Option<InstitutionId>,
    after: DecisionPlace,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Decision>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT entry.id, entry.created_at AS decided_at, entry.user_email AS decided_by, decider.code AS institution_code, \
                entry.entity_type, entry.entity_id, entry.action, \
                (SELECT string_agg(field, ';' ORDER BY field) FROM jsonb_object_keys(entry.changes) AS field) AS changed_fields, \
                offer.program_code, offer.title, owner.code AS offered_by, recognition.recognition_type, \
                coalesce(recognition.credit_value, pathway.transfer_credits)::text AS credits, recognition.credit_type, \
                recognition.approval_reference, pathway.name AS pathway_name, source.code AS pathway_source \
         FROM audit_logs AS entry \
         LEFT JOIN recognitions AS recognition ON entry.entity_type = 'RECOGNITION' AND recognition.id = entry.entity_id \
         LEFT JOIN pathways AS pathway ON entry.entity_type = 'PATHWAY' AND pathway.id = entry.entity_id \
         LEFT JOIN micro_credentials AS offer \
             ON offer.id = coalesce(recognition.micro_credential_id, pathway.micro_credential_id) \
         LEFT JOIN institutions AS owner ON owner.id = offer.institution_id \
         LEFT JOIN institutions AS source ON source.id = pathway.source_institution_id \
         LEFT JOIN institutions AS decider ON decider.id = \
             coalesce(recognition.recognizing_institution_id, pathway.target_institution_id, entry.institution_id) \
         WHERE (entry.created_at, entry.id) > ($2, $3) AND entry.created_at < $4 \
           AND ((entry.entity_type = 'RECOGNITION' AND entry.action IN ('CREATE', 'UPDATE', 'DELETE')) \
             OR (entry.entity_type = 'PATHWAY' AND entry.action IN ('APPROVE', 'REJECT'))) \
           AND ($1::uuid IS NULL OR decider.id = $1) \
         ORDER BY entry.created_at, entry.id LIMIT $5",
    )
    .bind::<Nullable<SqlUuid>, _>(institution.map(InstitutionId::uuid))
    .bind::<Timestamptz, _>(after.decided_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .load::<Decision>(conn);
    measured(Operation::Select, "audit_logs", statement).await
}
