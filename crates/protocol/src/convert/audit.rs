//! Entries of the audit log.

use domain::Failure;
use domain::audit::{AuditEntry, ChainFault, ChainFaultKind, ChainReport};
use domain::vocabulary::{AuditAction, EntityType};

use super::value::{optional_time, required_time, time_to_wire};
use crate::pb::credential as pb;

impl From<AuditEntry> for pb::AuditEntry {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            entity_type: entry.entity_type.as_str().into(),
            entity_id: entry.entity_id.to_string(),
            action: entry.action.as_str().into(),
            user_id: entry.user_id.map(|id| id.to_string()),
            user_email: entry.user_email,
            institution_id: entry.institution_id.map(|id| id.to_string()),
            counterpart_institution_id: entry.counterpart_institution_id.map(|id| id.to_string()),
            changes_json: entry.changes.to_string(),
            ip_address: entry.ip_address.map(|address| address.to_string()),
            user_agent: entry.user_agent,
            request_id: entry.request_id,
            created_at: Some(time_to_wire(entry.created_at)),
        }
    }
}

impl TryFrom<pb::AuditEntry> for AuditEntry {
    type Error = Failure;

    fn try_from(entry: pb::AuditEntry) -> Result<Self, Failure> {
        Ok(Self {
            id: entry.id.parse()?,
            entity_type: EntityType::parse(&entry.entity_type)
                .ok_or_else(|| Failure::malformed("unknown entity type"))?,
            entity_id: entry
                .entity_id
                .parse()
                .map_err(|_error| Failure::malformed("the entity id is not a UUID"))?,
            action: AuditAction::parse(&entry.action)
                .ok_or_else(|| Failure::malformed("unknown audit action"))?,
            user_id: entry.user_id.map(|id| id.parse()).transpose()?,
            user_email: entry.user_email,
            institution_id: entry.institution_id.map(|id| id.parse()).transpose()?,
            counterpart_institution_id: entry
                .counterpart_institution_id
                .map(|id| id.parse())
                .transpose()?,
            changes: serde_json::from_str(&entry.changes_json).map_err(Failure::internal)?,
            ip_address: entry.ip_address.and_then(|address| address.parse().ok()),
            user_agent: entry.user_agent,
            request_id: entry.request_id,
            created_at: required_time(entry.created_at, "created_at")?,
        })
    }
}

impl From<ChainReport> for pb::VerifyAuditChainResponse {
    fn from(report: ChainReport) -> Self {
        Self {
            checked: report.checked,
            checked_through: report.checked_through,
            checked_through_hash: report.checked_through_hash,
            newest: report.newest,
            complete: report.complete,
            anchors_checked: report.anchors_checked,
            anchors_of_unknown_keys: report.anchors_of_unknown_keys,
            newest_anchor: report.newest_anchor.map(time_to_wire),
            fault: report.fault.map(|fault| pb::AuditChainFault {
                kind: fault.kind.as_str().into(),
                sequence: fault.sequence,
                entry_id: fault.entry_id.map(|id| id.to_string()),
                message: fault.message,
            }),
            public_key: report.public_key,
        }
    }
}

impl TryFrom<pb::VerifyAuditChainResponse> for ChainReport {
    type Error = Failure;

    fn try_from(report: pb::VerifyAuditChainResponse) -> Result<Self, Failure> {
        Ok(Self {
            checked: report.checked,
            checked_through: report.checked_through,
            checked_through_hash: report.checked_through_hash,
            newest: report.newest,
            complete: report.complete,
            anchors_checked: report.anchors_checked,
            anchors_of_unknown_keys: report.anchors_of_unknown_keys,
            newest_anchor: optional_time(report.newest_anchor)?,
            fault: report.fault.map(fault_to_domain).transpose()?,
            public_key: report.public_key,
        })
    }
}

fn fault_to_domain(fault: pb::AuditChainFault) -> Result<ChainFault, Failure> {
    Ok(ChainFault {
        kind: ChainFaultKind::parse(&fault.kind)
            .ok_or_else(|| Failure::malformed("unknown kind of fault"))?,
        sequence: fault.sequence,
        entry_id: fault.entry_id.map(|id| id.parse()).transpose()?,
        message: fault.message,
    })
}
