//! Whether the person behind a token still is who the token says.
//!
//! A token is good for minutes after it was signed; a person can be removed, disabled or moved in between. What needs
//! authority therefore asks the database once more, inside its own transaction.

use diesel_async::AsyncPgConnection;
use domain::account::User;
use domain::id::SessionId;
use domain::policy::{Action, Principal, permits};
use domain::{ErrorCode, Failure};
use protocol::Caller;

use super::record::Author;
use crate::state::State;
use crate::store::Mode;
use crate::store::Transaction;
use crate::store::micro_credentials::Visibility;
use crate::store::users;

/// Refuses at once whoever may do this nowhere, before any row is looked for.
///
/// # Errors
/// `TOKEN_MISSING` for visitors, `AUTHORIZATION_ERROR`.
pub(crate) fn authorize_somewhere(caller: &Caller, action: Action) -> Result<(), Failure> {
    let own = caller.principal.institution_id();
    if permits(&caller.principal, action, own) {
        Ok(())
    } else {
        caller.authorize(action, None)
    }
}

/// Confirms the caller and says who will be on record.
///
/// # Errors
/// `TOKEN_INVALID` for a person or session that is gone, `ACCOUNT_DISABLED`, `TOKEN_EXPIRED` when role or institution
/// have changed since the token was signed.
pub(crate) async fn confirm(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
) -> Result<Author, Failure> {
    let Principal::User {
        user_id,
        session_id,
        role,
        institution_id,
    } = &caller.principal
    else {
        return Ok(Author::of(caller, None));
    };
    let found = users::find_with_session(conn, *user_id, *session_id, crate::clock::now()).await?;
    let Some((user, running)) = found else {
        return Err(Failure::new(
            ErrorCode::TokenInvalid,
            "the account of this token no longer exists",
        ));
    };
    if !user.is_active {
        return Err(account_disabled());
    }
    if !running {
        return Err(session_over());
    }
    if user.role != *role || user.institution_id != *institution_id {
        return Err(Failure::new(
            ErrorCode::TokenExpired,
            "your role has changed since you signed in; refresh the session",
        ));
    }
    Ok(Author::of(caller, Some((user.id, user.email))))
}

/// The caller's own account, confirmed.
pub(crate) struct Own {
    /// The person.
    pub(crate) user: User,
    /// The session of the token.
    pub(crate) session_id: SessionId,
    /// Who will be on record.
    pub(crate) author: Author,
}

/// Confirms the caller and reads their account.
///
/// # Errors
/// As [`confirm`]; `NOT_FOUND` for what is no person.
pub(crate) async fn own(conn: &mut AsyncPgConnection, caller: &Caller) -> Result<Own, Failure> {
    let author = confirm(conn, caller).await?;
    let Principal::User {
        user_id,
        session_id,
        ..
    } = &caller.principal
    else {
        return Err(Failure::not_found("account"));
    };
    let user = users::find(conn, *user_id)
        .await?
        .ok_or_else(|| Failure::not_found("account"))?;
    Ok(Own {
        user,
        session_id: *session_id,
        author,
    })
}

/// Begins a read of the catalogue, all as of one moment, and says which rows the caller may see.
///
/// What is public may be read from a replica; people who see more are confirmed first, on the primary.
pub(crate) async fn begin_read(
    state: &State,
    caller: &Caller,
    mode: Mode,
) -> Result<(Transaction, Visibility), Failure> {
    let visibility = visibility(caller);
    if visibility == Visibility::Public {
        let transaction = state.database.read_anywhere(mode, caller.deadline).await?;
        return Ok((transaction, visibility));
    }
    let mut transaction = state.database.read_as(mode, caller.deadline).await?;
    confirm(&mut transaction, caller).await?;
    Ok((transaction, visibility))
}

/// Which rows the caller may see, if they are who the token says.
pub(crate) fn visibility(caller: &Caller) -> Visibility {
    let principal = &caller.principal;
    if permits(principal, Action::ReadDrafts, None) {
        Visibility::All
    } else {
        match principal.institution_id() {
            Some(own) if permits(principal, Action::ReadDrafts, Some(own)) => {
                Visibility::Institution(own)
            }
            Some(_) | None => Visibility::Public,
        }
    }
}

/// The account is disabled.
pub(crate) fn account_disabled() -> Failure {
    Failure::new(ErrorCode::AccountDisabled, "the account is disabled")
}

/// The session has ended.
pub(crate) fn session_over() -> Failure {
    Failure::new(
        ErrorCode::TokenInvalid,
        "the session has ended; sign in again",
    )
}
