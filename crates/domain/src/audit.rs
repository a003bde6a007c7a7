//! The record of decisions.

mod chain;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

pub use self::chain::{ChainAnchor, ChainFault, ChainFaultKind, ChainReport};
use crate::id::{AuditEntryId, InstitutionId, UserId};
use crate::vocabulary::{AuditAction, EntityType};

/// One line of the record.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Identifier.
    pub id: AuditEntryId,
    /// Kind of object.
    pub entity_type: EntityType,
    /// The object.
    pub entity_id: uuid::Uuid,
    /// What was done.
    pub action: AuditAction,
    /// Who did it; `None` for commands run by an operator.
    pub user_id: Option<UserId>,
    /// E-mail of that person.
    pub user_email: Option<String>,
    /// Institution concerned.
    pub institution_id: Option<InstitutionId>,
    /// The institution at the other end of a pathway or recognition, which reads the entry too.
    pub counterpart_institution_id: Option<InstitutionId>,
    /// Field to `{"before", "after"}`.
    pub changes: Value,
    /// Address of the caller.
    pub ip_address: Option<IpAddr>,
    /// User agent of the caller.
    pub user_agent: Option<String>,
    /// Request that caused it.
    pub request_id: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Compares two JSON objects field by field: only what differs, as `{"before", "after"}`.
///
/// A field absent on one side counts as `null` there.
#[must_use]
pub fn changes_between(before: &Value, after: &Value) -> Value {
    let empty = Map::new();
    let old = before.as_object().unwrap_or(&empty);
    let new = after.as_object().unwrap_or(&empty);
    let mut changes = Map::new();
    for field in old
        .keys()
        .chain(new.keys().filter(|key| !old.contains_key(*key)))
    {
        let was = old.get(field).unwrap_or(&Value::Null);
        let is = new.get(field).unwrap_or(&Value::Null);
        if was != is {
            changes.insert(field.clone(), json!({ "before": was, "after": is }));
        }
    }
    Value::Object(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_recorded() {
        let changes = changes_between(
            &json!({"a": 1, "b": 2, "c": null}),
            &json!({"a": 1, "b": 3, "d": "x"}),
        );

        assert_eq!(
            changes,
            json!({"b": {"before": 2, "after": 3}, "d": {"before": null, "after": "x"}})
        );
    }
}
