//! The one way to put a change on record: audit entry and feed event, in the transaction that writes the rows.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::audit::changes_between;
use domain::id::{AuditEntryId, InstitutionId, UserId};
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::StoreError;
use crate::store::audit_logs::{self, AuditRow};
use crate::store::outbox_events::{self, NewEvent};

/// Who made a change, and from where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Author {
    user: Option<(UserId, String)>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

impl Author {
    /// A command run by an operator.
    pub(crate) fn operator(command: &str) -> Self {
        Self {
            user_agent: Some(format!("credential-service {command}")),
            ..Self::default()
        }
    }

    /// Somebody over the network; `user` once it is known who.
    pub(crate) fn of(caller: &Caller, user: Option<(UserId, String)>) -> Self {
        Self {
            user,
            ip_address: caller.address.map(|address| address.to_string()),
            user_agent: caller.agent.clone(),
            request_id: caller.request_id.clone(),
        }
    }
}

/// What followers of the feed hear of a change.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Announced {
    /// A new object, under the name of the event.
    Created(&'static str),
    /// A changed object, under the name of the event.
    Updated(&'static str),
    /// An object that followers drop, under the name of the event.
    Deleted(&'static str),
    /// Nothing: the catalogue is as before.
    Nothing,
}

/// One change of one object.
#[derive(Debug)]
pub(crate) struct Change {
    /// Kind of object.
    pub(crate) entity_type: EntityType,
    /// The object.
    pub(crate) entity_id: Uuid,
    /// What was done.
    pub(crate) action: AuditAction,
    /// Institution concerned.
    pub(crate) institution_id: Option<InstitutionId>,
    /// The institution at the other end of what joins two; its administrators read the entry too.
    pub(crate) counterpart_institution_id: Option<InstitutionId>,
    /// The object before, as JSON; `null` when it is new.
    pub(crate) before: Value,
    /// The object after, as JSON.
    pub(crate) after: Value,
    /// What followers hear.
    pub(crate) announced: Announced,
}

/// Puts changes on record.
pub(crate) async fn record(
    conn: &mut AsyncPgConnection,
    author: &Author,
    changes: Vec<Change>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut entries = Vec::with_capacity(changes.len());
    let mut events = Vec::with_capacity(changes.len());
    for change in changes {
        let differences = changes_between(&change.before, &change.after);
        let (event_type, kind) = match change.announced {
            Announced::Created(name) => (Some(name), "CREATED"),
            Announced::Updated(name) => (Some(name), "UPDATED"),
            Announced::Deleted(name) => (Some(name), "DELETED"),
            Announced::Nothing => (None, ""),
        };
        if let Some(event_type) = event_type {
            let fields: Vec<&String> = differences
                .as_object()
                .map(|fields| fields.keys().collect())
                .unwrap_or_default();
            events.push(NewEvent {
                event_type,
                entity_type: change.entity_type.as_str(),
                entity_id: change.entity_id,
                kind,
                payload: json!({ "changed": fields }),
            });
        }
        entries.push(entry(author, &change, differences, now));
    }
    audit_logs::insert_many(conn, &entries).await?;
    outbox_events::insert_many(conn, &events).await
}

fn entry(author: &Author, change: &Change, changes: Value, now: DateTime<Utc>) -> AuditRow {
    AuditRow {
        id: AuditEntryId::generate().uuid(),
        entity_type: change.entity_type.as_str().to_owned(),
        entity_id: change.entity_id,
        action: change.action.as_str().to_owned(),
        user_id: author.user.as_ref().map(|(id, _)| id.uuid()),
        user_email: author.user.as_ref().map(|(_, email)| email.clone()),
        institution_id: change.institution_id.map(InstitutionId::uuid),
        counterpart_institution_id: change.counterpart_institution_id.map(InstitutionId::uuid),
        changes,
        ip_address: author.ip_address.clone(),
        user_agent: author.user_agent.clone(),
        request_id: author.request_id.clone(),
        created_at: now,
    }
}
