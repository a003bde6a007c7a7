//! What is put on record of an account.

use domain::account::User;
use domain::vocabulary::{AuditAction, EntityType};
use serde_json::Value;

use crate::usecase::record::{Announced, Change};

/// Something that happened to an account, which followers do not hear of; `after` says what, and never a secret.
pub(crate) fn note(user: &User, action: AuditAction, after: Value) -> Change {
    Change {
        entity_type: EntityType::User,
        entity_id: user.id.uuid(),
        action,
        institution_id: user.institution_id,
        counterpart_institution_id: None,
        before: Value::Null,
        after,
        announced: Announced::Nothing,
    }
}

/// A change of an account that followers hear of, with what it was before.
pub(crate) fn changed(
    before: &User,
    after: &User,
    action: AuditAction,
    event: &'static str,
) -> Change {
    Change {
        entity_type: EntityType::User,
        entity_id: after.id.uuid(),
        action,
        institution_id: after.institution_id.or(before.institution_id),
        counterpart_institution_id: None,
        before: crate::usecase::view::user(before),
        after: crate::usecase::view::user(after),
        announced: Announced::Updated(event),
    }
}
