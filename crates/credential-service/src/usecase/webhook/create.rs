//! Makes a webhook.

use domain::id::{InstitutionId, WebhookId};
use domain::policy::Action;
use domain::validate::Violations;
use domain::vocabulary::AuditAction;
use domain::webhook::Webhook;
use domain::{ErrorCode, Failure};
use protocol::Caller;
use serde_json::Value;

use super::{change, view};
use crate::job::webhook::EVENT_TYPES;
use crate::job::webhook::address::judge;
use crate::secret::webhook_secret::WebhookSecret;
use crate::store::Transaction;
use crate::store::webhooks::{self, NewWebhook};
use crate::usecase::record::record;
use crate::usecase::{authority, institution};

/// Webhooks that an institution, or the platform, may have.
const MOST: i64 = 20;

/// What somebody asks for.
#[derive(Debug)]
pub(crate) struct NewWebhookRequest {
    /// Whose it will be; none: of the platform.
    pub(crate) institution_id: Option<InstitutionId>,
    /// Where messages go.
    pub(crate) url: String,
    /// What it wants to hear of; none: everything.
    pub(crate) event_types: Vec<String>,
}

/// Makes a webhook and tells its secret, this once.
pub(crate) async fn create(
    transaction: &mut Transaction,
    caller: &Caller,
    request: NewWebhookRequest,
    allow_private: bool,
) -> Result<(Webhook, WebhookSecret), Failure> {
    caller.authorize(Action::ManageWebhooks, request.institution_id)?;
    let event_types = validated(&request, allow_private)?;
    let author = authority::confirm(transaction, caller).await?;
    let user = caller
        .principal
        .user_id()
        .ok_or_else(|| Failure::new(ErrorCode::AuthorizationError, "only people make webhooks"))?;
    institution::lock_owner(transaction, request.institution_id).await?;
    if webhooks::count(transaction, request.institution_id).await? >= MOST {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "there are 20 webhooks already; remove one first",
        ));
    }
    let secret = WebhookSecret::generate();
    let now = crate::clock::now();
    let new = NewWebhook {
        id: WebhookId::generate(),
        institution_id: request.institution_id,
        created_by: user.uuid(),
        url: &request.url,
        event_types: &event_types,
        secret: secret.bytes(),
        now,
    };
    let webhook = Webhook::from(webhooks::insert(transaction, &new).await?);
    let made = change(&webhook, AuditAction::Create, Value::Null, view(&webhook));
    record(transaction, &author, vec![made], now).await?;
    Ok((webhook, secret))
}

/// Checks every rule; gives what the webhook will hear of, each once.
fn validated(request: &NewWebhookRequest, allow_private: bool) -> Result<Vec<String>, Failure> {
    let mut violations = Violations::new();
    if let Err(reason) = judge(&request.url, allow_private) {
        violations.require(false, "url", reason);
    }
    for (place, name) in request.event_types.iter().enumerate() {
        violations.require(
            EVENT_TYPES.contains(&name.as_str()),
            format!("eventTypes[{place}]"),
            "is not in the list of event types",
        );
    }
    violations.finish()?;
    let mut wanted: Vec<String> = if request.event_types.is_empty() {
        EVENT_TYPES.iter().map(|name| (*name).to_owned()).collect()
    } else {
        request.event_types.clone()
    };
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted)
}
