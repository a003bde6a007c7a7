//! Webhooks: changes of the catalogue, sent to whoever has asked to hear of them.
//!
//! # Who hears what
//! A webhook of an institution hears what the institution could read itself: everything that is public (institutions,
//! recognitions, micro-credentials once published, pathways while ACTIVE), its own micro-credentials and the pathways
//! that start or end with it whatever their status, and its own people. A webhook of the platform hears everything.
//! The object is judged, and described, as it stands when the event is read, at most moments after the change.
//!
//! # What is sent
//! A thin message: `{"type", "timestamp", "data": {"id", …}}` with the fields that say which object it is, and never
//! personal data; whoever wants more asks the REST interface. It is signed as Standard Webhooks say: `webhook-id` (the
//! same in every attempt), `webhook-timestamp`, `webhook-signature`, with one signature per secret while secrets change.
//!
//! # Delivery
//! At least once, in the order of the outbox, although a delivery that is repeated may arrive after later ones. Only a
//! status from 200 to 299 is success; redirects are not followed. A failed delivery is repeated over about three days
//! with growing waits and then FAILED. A webhook that has failed at least [`FAILURES`] times in a row for at least
//! [`FAILING`] is disabled, and the person who made it gets a mail; one that answers 410 is disabled at once.

pub(crate) mod address;
pub(crate) mod follow;
mod message;
mod send;
mod settle;

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::WebhookDeliveryId;
use domain::vocabulary::DeliveryStatus;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::send::Sender;
use super::{Backoff, Job, JobError, Kind, NewJob};
use crate::store::pool::Database;
use crate::store::webhook_deliveries::{self, NewDelivery};
use crate::store::{Mode, jobs};

/// The name in the table.
const KIND: &str = "webhook";
/// Attempts: with waits that double from half a minute to a day, half of them on the average, about three days.
const ATTEMPTS: i32 = 17;
/// Failures in a row after which a webhook may be disabled.
pub const FAILURES: i32 = 20;
/// Time that a webhook must have failed before it is disabled.
pub const FAILING: Duration = Duration::from_secs(24 * 3_600);
/// Deliveries are kept so long.
pub(crate) const KEPT: Duration = Duration::from_secs(30 * 86_400);
/// Deliveries removed by one statement.
const PRUNED_AT_ONCE: i64 = 1_000;
/// Statements of one round of pruning; what is left waits for the next.
const PRUNING_STATEMENTS: usize = 50;

/// Everything that can be heard of.
pub const EVENT_TYPES: &[&str] = &[
    "credential.created",
    "credential.updated",
    "credential.submitted",
    "credential.published",
    "credential.rejected",
    "credential.archived",
    "credential.deleted",
    "institution.created",
    "institution.updated",
    "institution.deleted",
    "pathway.created",
    "pathway.updated",
    "pathway.submitted",
    "pathway.approved",
    "pathway.rejected",
    "pathway.activated",
    "pathway.suspended",
    "pathway.archived",
    "pathway.deleted",
    "recognition.created",
    "recognition.updated",
    "recognition.withdrawn",
    "user.registered",
];

/// What the job is about.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    delivery: Uuid,
}

/// Enqueues deliveries within the transaction that writes them.
pub(crate) async fn enqueue(
    conn: &mut AsyncPgConnection,
    deliveries: &[NewDelivery],
) -> Result<(), Failure> {
    let jobs: Vec<NewJob> = deliveries
        .iter()
        .map(|delivery| new_job(delivery.webhook_id, delivery.id))
        .collect();
    super::enqueue(conn, &jobs).await?;
    Ok(())
}

/// Has a delivery sent now, also when it waits for its next attempt.
pub(crate) async fn enqueue_now(
    conn: &mut AsyncPgConnection,
    delivery: Uuid,
) -> Result<(), Failure> {
    let Some(found) = webhook_deliveries::find(conn, delivery.into()).await? else {
        return Ok(());
    };
    super::enqueue(conn, &[new_job(found.webhook_id, delivery)]).await?;
    jobs::hasten(conn, &[unique_key(delivery)]).await?;
    Ok(())
}

fn new_job(webhook: Uuid, delivery: Uuid) -> NewJob {
    NewJob {
        kind: KIND,
        payload: serde_json::json!({ "delivery": delivery }),
        max_attempts: ATTEMPTS,
        unique_key: Some(unique_key(delivery)),
        lane: Some(format!("{KIND}:{webhook}")),
    }
}

fn unique_key(delivery: Uuid) -> String {
    format!("webhook:{delivery}")
}

/// Delivers.
pub(crate) struct WebhookKind {
    database: Database,
    sender: Sender,
}

impl WebhookKind {
    /// A deliverer; `allow_private` also sends to addresses that are not of the public internet.
    ///
    /// # Errors
    /// The client cannot be made.
    pub(crate) fn new(database: Database, allow_private: bool) -> Result<Self, Failure> {
        Ok(Self {
            database,
            sender: Sender::new(allow_private)?,
        })
    }

    async fn deliver(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload = job.read()?;
        let id = WebhookDeliveryId::from(payload.delivery);
        let Some(parcel) = settle::load(&self.database, id).await? else {
            // The webhook was removed, and its deliveries with it.
            return Ok(());
        };
        if !parcel.webhook.is_active {
            // Its deliveries were marked when it was disabled, except those that were just being written.
            if parcel.delivery.status == DeliveryStatus::Pending.as_str() {
                settle::fail_pending(&self.database, &parcel).await?;
            }
            return Ok(());
        }
        let attempt = self.sender.send(&parcel).await;
        settle::settle(&self.database, &parcel, attempt).await
    }
}

impl Kind for WebhookKind {
    fn name(&self) -> &'static str {
        KIND
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            base: Duration::from_secs(30),
            ceiling: Duration::from_secs(86_400),
        }
    }

    fn run<'job>(&'job self, job: &'job Job) -> BoxFuture<'job, Result<(), JobError>> {
        Box::pin(self.deliver(job))
    }

    fn parked<'job>(
        &'job self,
        conn: &'job mut AsyncPgConnection,
        job: &'job Job,
        error: &'job str,
    ) -> BoxFuture<'job, Result<(), JobError>> {
        Box::pin(async move {
            let payload: Payload = job.read()?;
            webhook_deliveries::set_status(conn, payload.delivery, "FAILED", Some(error)).await?;
            Ok(())
        })
    }
}

/// Removes old deliveries, in a bounded number of statements; returns how many.
pub(crate) async fn prune(database: &Database) -> Result<usize, Failure> {
    let mut total = 0;
    for _statement in 0..PRUNING_STATEMENTS {
        let mut transaction = database.begin_background(Mode::Write).await?;
        let pruned = webhook_deliveries::prune(&mut transaction, KEPT, PRUNED_AT_ONCE).await?;
        transaction.commit().await?;
        total += pruned;
        if i64::try_from(pruned).unwrap_or(i64::MAX) < PRUNED_AT_ONCE {
            break;
        }
    }
    Ok(total)
}
