//! The record of decisions.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::audit;
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

windowed!(AuditQuery);

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
    /// Field to `{"before", "after"}`.
    #[schema(value_type = Object, example = json!({"status": {"before": "DRAFT", "after": "UNDER_REVIEW"}}))]
    changes: Value,
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
            changes: entry.changes,
            ip_address: entry.ip_address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
            created_at: entry.created_at,
        }
    }
}
