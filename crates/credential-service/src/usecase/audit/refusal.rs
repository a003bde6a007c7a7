//! Puts refusals on record: somebody who tries doors is worth knowing of, and must not be able to fill the record.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::id::UserId;
use domain::policy::{Action, Principal};
use domain::vocabulary::{AuditAction, EntityType};
use domain::{ErrorCode, Failure};
use lru::LruCache;
use protocol::Caller;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::state::State;
use crate::usecase::authority;
use crate::usecase::record::{Announced, Change, record};

/// One entry in this time for each person and operation.
const PACE: Duration = Duration::from_secs(60);
/// Persons and operations that are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);
/// Longest name of an operation, in characters.
const LONGEST: usize = 200;

/// Who was refused what of late. The object is not part of it: whoever makes up objects makes up as many as they like.
#[derive(Clone, Debug)]
pub(crate) struct Refusals(Arc<Mutex<LruCache<(UserId, String), Instant>>>);

impl Default for Refusals {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(REMEMBERED))))
    }
}

impl Refusals {
    /// Whether this one is worth an entry; if so, the next ones of the coming minute are not.
    fn admit(&self, person: UserId, operation: &str, now: Instant) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (person, operation.to_owned());
        let due = known
            .get(&key)
            .is_none_or(|last| now.duration_since(*last) >= PACE);
        if due {
            known.put(key, now);
        }
        due
    }

    fn forget(&self, person: UserId, operation: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.pop(&(person, operation.to_owned()));
    }
}

/// Puts a refusal on record; says whether there is a new entry.
///
/// # Errors
/// `TOKEN_MISSING` when the caller is nobody, `VALIDATION_ERROR` for a name that is none.
pub(crate) async fn record_refusal(
    state: &State,
    caller: &Caller,
    operation: &str,
    object_id: Option<Uuid>,
) -> Result<bool, Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    let Principal::User {
        user_id,
        institution_id,
        ..
    } = caller.principal
    else {
        return Err(Failure::new(ErrorCode::TokenMissing, "sign in first"));
    };
    let printable = |character: char| (' '..='~').contains(&character);
    if operation.is_empty() || operation.len() > LONGEST || !operation.chars().all(printable) {
        return Err(Failure::invalid_field(
            "operation",
            format!("must have 1 to {LONGEST} printable characters"),
        ));
    }
    if !state.refusals.admit(user_id, operation, Instant::now()) {
        return Ok(false);
    }
    let change = Change {
        entity_type: EntityType::User,
        entity_id: user_id.uuid(),
        action: AuditAction::AccessRefused,
        institution_id,
        counterpart_institution_id: None,
        before: Value::Null,
        after: json!({ "operation": operation, "objectId": object_id }),
        announced: Announced::Nothing,
    };
    let recorded = write(state, caller, change).await;
    if recorded.is_err() {
        state.refusals.forget(user_id, operation);
    }
    recorded.map(|()| true)
}

async fn write(state: &State, caller: &Caller, change: Change) -> Result<(), Failure> {
    let mut transaction = state.database.write(caller.deadline).await?;
    let author = authority::confirm(&mut transaction, caller).await?;
    record(&mut transaction, &author, vec![change], crate::clock::now()).await?;
    transaction.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_entry_a_minute_for_each_person_and_operation() {
        let refusals = Refusals::default();
        let (one, other) = (UserId::generate(), UserId::generate());
        let now = Instant::now();

        assert!(refusals.admit(one, "GET /a", now));
        assert!(!refusals.admit(one, "GET /a", now + Duration::from_secs(59)));
        assert!(refusals.admit(one, "GET /b", now));
        assert!(refusals.admit(other, "GET /a", now));
        assert!(refusals.admit(one, "GET /a", now + PACE));
        refusals.forget(one, "GET /a");
        assert!(refusals.admit(one, "GET /a", now + PACE));
    }
}
