//! The record of decisions.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::audit;
use domain::audit::ChainFaultKind;
use domain::id::{AuditEntryId, InstitutionId, UserId};
use domain::vocabulary::{AuditAction, EntityType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::windowed;
use super::vocabulary;

/// Filters of the record.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `createdAt` or `-createdAt`; newest first when absent.
    #[param(pattern = "^-?(createdAt)$")]
    pub(crate) sort: Option<String>,
    /// Walks the list, undisturbed by rows that come and go: empty to begin, then the `next_cursor` of the answer before. Not
    /// together with `page`.
    #[param(max_length = 4000)]
    pub(crate) cursor: Option<String>,
    /// Only this kind of object.
    #[param(value_type = Option<vocabulary::EntityType>, inline)]
    pub(crate) entity_type: Option<EntityType>,
    /// Only this object.
    pub(crate) entity_id: Option<Uuid>,
    /// Only by this person.
    #[param(value_type = Option<Uuid>)]
    pub(crate) user_id: Option<UserId>,
    /// Only this action.
    #[param(value_type = Option<vocabulary::AuditAction>, inline)]
    pub(crate) action: Option<AuditAction>,
    /// Not before this moment.
    pub(crate) start_date: Option<DateTime<Utc>>,
    /// Before this moment.
    pub(crate) end_date: Option<DateTime<Utc>>,
}

windowed!(AuditQuery => cursor);

/// One line of the record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditEntry {
    #[schema(value_type = Uuid)]
    id: AuditEntryId,
    #[schema(value_type = vocabulary::EntityType)]
    entity_type: EntityType,
    entity_id: Uuid,
    #[schema(value_type = vocabulary::AuditAction)]
    action: AuditAction,
    /// Who did it; null for commands run by an operator.
    #[schema(value_type = Option<Uuid>)]
    user_id: Option<UserId>,
    user_email: Option<String>,
    #[schema(value_type = Option<Uuid>)]
    institution_id: Option<InstitutionId>,
    /// The institution at the other end of a pathway or recognition, whose administrators read the entry too.
    #[schema(value_type = Option<Uuid>)]
    counterpart_institution_id: Option<InstitutionId>,
    /// Field to `{"before", "after"}`.
    #[schema(value_type = Object, example = json!({"status": {"before": "DRAFT", "after": "UNDER_REVIEW"}}))]
    changes: Value,
    /// Of the caller; null in an entry of the other end. So are `userAgent` and `requestId`.
    #[schema(value_type = Option<String>)]
    ip_address: Option<IpAddr>,
    user_agent: Option<String>,
    /// Request that caused it.
    request_id: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<audit::AuditEntry> for AuditEntry {
    fn from(entry: audit::AuditEntry) -> Self {
        Self {
            id: entry.id,
            entity_type: entry.entity_type,
            entity_id: entry.entity_id,
            action: entry.action,
            user_id: entry.user_id,
            user_email: entry.user_email,
            institution_id: entry.institution_id,
            counterpart_institution_id: entry.counterpart_institution_id,
            changes: entry.changes,
            ip_address: entry.ip_address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
            created_at: entry.created_at,
        }
    }
}

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditVerificationQuery {
    /// Number after which to begin: `checkedThrough` of an answer that was not complete. From the beginning when absent.
    #[param(minimum = 0, default = 0)]
    pub(crate) after: Option<u64>,
}

/// What a verification of the record has found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditVerification {
    /// Whether all that was looked at is sound.
    valid: bool,
    /// Entries looked at.
    checked: u64,
    /// Number up to which the chain was looked at.
    checked_through: u64,
    /// Hash of that entry: SHA-256, 64 hexadecimal digits.
    checked_through_hash: String,
    /// Number of the newest entry; numbers begin with 1 and have no gaps.
    newest: u64,
    /// Whether the end of the chain was reached; if not, ask again with `after` set to `checkedThrough`.
    complete: bool,
    /// Signed places that were compared and whose signature is good.
    anchors_checked: u64,
    /// Signed places that were compared and whose key is not known to the service any more.
    anchors_of_unknown_keys: u64,
    /// When the newest signed place was signed; null when nothing is signed.
    newest_anchor: Option<DateTime<Utc>>,
    /// The first thing that is wrong; null when all is sound.
    fault: Option<AuditChainFault>,
    /// Ed25519 public key (PEM) to verify signed places elsewhere; null when nothing is signed.
    public_key: Option<String>,
}

/// The first thing that is wrong with the record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditChainFault {
    #[schema(value_type = vocabulary::ChainFaultKind)]
    kind: ChainFaultKind,
    /// First number that is not as it was; null for an entry that has no number.
    sequence: Option<u64>,
    #[schema(value_type = Option<Uuid>)]
    entry_id: Option<AuditEntryId>,
    /// A sentence for people.
    message: String,
}

impl From<audit::ChainReport> for AuditVerification {
    fn from(report: audit::ChainReport) -> Self {
        Self {
            valid: report.fault.is_none(),
            checked: report.checked,
            checked_through: report.checked_through,
            checked_through_hash: report.checked_through_hash,
            newest: report.newest,
            complete: report.complete,
            anchors_checked: report.anchors_checked,
            anchors_of_unknown_keys: report.anchors_of_unknown_keys,
            newest_anchor: report.newest_anchor,
            fault: report.fault.map(|fault| AuditChainFault {
                kind: fault.kind,
                sequence: fault.sequence,
                entry_id: fault.entry_id,
                message: fault.message,
            }),
            public_key: report.public_key,
        }
    }
}
