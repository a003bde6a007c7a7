//! Invites a person.

use chrono::TimeDelta;
use domain::Failure;
use domain::account::{Invitation, User};
use domain::id::UserId;
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use protocol::Caller;
use serde_json::Value;

use super::authorize_assignment;
use crate::secret::one_time_token::OneTimeToken;
use crate::store::Transaction;
use crate::store::account_tokens::{self, NewAccountToken, Purpose};
use crate::store::users::{self, NewUser};
use crate::usecase::account::note::note;
use crate::usecase::account::register::{created, email_taken};
use crate::usecase::mail::{self, Template};
use crate::usecase::record::record;
use crate::usecase::{authority, institution};

/// How long an invitation can be accepted.
const INVITATION_LIFETIME: TimeDelta = TimeDelta::days(7);

/// Opens an account for a person and sends a link to choose its password.
///
/// `unusable_hash` is the hash of a password that nobody knows: until the invitation is accepted nobody signs in.
///
/// # Errors
/// `VALIDATION_ERROR`, `AUTHORIZATION_ERROR` above the caller's own role or elsewhere, `DUPLICATE_KEY` for an e-mail
/// that has an account.
pub(crate) async fn invite(
    transaction: &mut Transaction,
    caller: &Caller,
    invitation: &Invitation,
    unusable_hash: &str,
    public_url: &str,
) -> Result<User, Failure> {
    authorize_assignment(caller, Action::InviteUser, invitation.assignment)?;
    invitation.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    if let Some(id) = invitation.assignment.institution_id {
        institution::require_active(transaction, "institutionId", id).await?;
    }
    let new = NewUser {
        id: UserId::generate(),
        email: &invitation.email,
        password_hash: unusable_hash,
        first_name: &invitation.first_name,
        last_name: &invitation.last_name,
        role: invitation.assignment.role,
        institution_id: invitation.assignment.institution_id,
    };
    let user = users::insert(transaction, &new)
        .await
        .map_err(email_taken)?;
    let now = crate::clock::now();
    let token = OneTimeToken::generate();
    let sent = NewAccountToken {
        user_id: user.id,
        purpose: Purpose::Invitation,
        hash: token.hash(),
        new_email: None,
        expires_at: now + INVITATION_LIFETIME,
    };
    account_tokens::insert(transaction, &sent).await?;
    let link = token.link(public_url, "accept-invitation");
    mail::queue(transaction, Template::Invitation, &user, &user.email, &link).await?;
    let changes = vec![
        created(&user),
        note(&user, AuditAction::Invite, Value::Null),
    ];
    record(transaction, &author, changes, now).await?;
    Ok(user)
}
