//! Ends the caller's session.

use domain::Failure;
use domain::policy::{Action, Principal};
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;
use serde_json::{Value, json};

use super::revoke::{Which, end_sessions};
use crate::state::State;
use crate::store::sessions::EndReason;
use crate::store::users;
use crate::usecase::record::{Announced, Author, Change, record};

/// Ends the session of the caller's token; a session that has ended stays so.
pub(crate) async fn sign_out(state: &State, caller: &Caller) -> Result<(), Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    let Principal::User {
        user_id,
        session_id,
        institution_id,
        ..
    } = &caller.principal
    else {
        return Ok(());
    };
    let now = crate::clock::now();
    let mut transaction = state.database.write(caller.deadline).await?;
    let which = Which::One(*session_id);
    let reason = EndReason::SignOut;
    let ended = end_sessions(&mut transaction, *user_id, which, reason, now).await?;
    if !ended.is_empty() {
        let user = users::find(&mut transaction, *user_id).await?;
        let author = Author::of(caller, user.map(|user| (user.id, user.email)));
        let change = Change {
            entity_type: EntityType::User,
            entity_id: user_id.uuid(),
            action: AuditAction::Logout,
            institution_id: *institution_id,
            before: Value::Null,
            after: json!({ "endedSession": session_id }),
            announced: Announced::Nothing,
        };
        record(&mut transaction, &author, vec![change], now).await?;
    }
    transaction.commit().await
}
