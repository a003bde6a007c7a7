//! From the outbox to deliveries: every event once for every webhook that may hear of it and wants to.
//!
//! Events are read by the same rule as the change feed reads them, see [`crate::feed`]. Reading, deliveries, jobs and the
//! cursor are one transaction, and the cursor's row is locked meanwhile: of several workers one follows at a time, and
//! an event that was read is never read again nor lost.

use std::collections::HashMap;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::vocabulary::EntityType;
use service_runtime::Shutdown;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::message::Shown;
use super::{enqueue, prune};
use crate::store::outbox_events::{self, EventRow, Position};
use crate::store::pool::Database;
use crate::store::webhook_deliveries::{self, NewDelivery};
use crate::store::webhooks::{self, WebhookRow};
use crate::store::{
    Mode, institutions, micro_credentials, outbox_cursors, pathways, recognitions, users,
};

/// The name of the cursor.
const FOLLOWER: &str = "webhooks";
/// Pace of the question for new events.
const PACE: Duration = Duration::from_secs(1);
/// Events read at once.
const BATCH: i64 = 200;
/// Deliveries after which a transaction ends with the event that made them: it holds bodies in memory, and holds back the
/// change feed as long as it runs.
const DELIVERIES: usize = 2_000;
/// Old deliveries are removed every so many questions: a thousand each minute at most.
const PRUNE_EVERY: u32 = 60;

/// Follows the outbox until the shutdown begins.
pub(crate) async fn run(database: Database, shutdown: Shutdown) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = 0_u32;
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            _tick = ticks.tick() => {}
        }
        if round.is_multiple_of(PRUNE_EVERY)
            && let Err(failure) = prune(&database).await
        {
            tracing::warn!(
                cause = failure.cause_chain(),
                "old deliveries cannot be removed"
            );
        }
        round = round.wrapping_add(1);
        loop {
            match next_batch(&database).await {
                Ok(read) if read > 0 => {}
                Ok(_nothing) => break,
                Err(failure) => {
                    tracing::warn!(
                        cause = failure.cause_chain(),
                        "the outbox cannot be followed"
                    );
                    break;
                }
            }
            if shutdown.is_begun() {
                return;
            }
        }
    }
}

/// Reads the next events; returns how many there were.
async fn next_batch(database: &Database) -> Result<usize, Failure> {
    let mut transaction = database.begin_background(Mode::Write).await?;
    let Some(place) = outbox_cursors::take(&mut transaction, FOLLOWER).await? else {
        return Ok(0);
    };
    if !outbox_events::has_reached(&mut transaction, place).await? {
        // The database was restored into another server, whose transactions have other numbers.
        let border = outbox_events::snapshot_border(&mut transaction).await?;
        tracing::warn!("the cursor of webhooks is of another database; it begins anew");
        outbox_cursors::set(&mut transaction, FOLLOWER, border).await?;
        transaction.commit().await?;
        return Ok(0);
    }
    let events = outbox_events::deliverable(&mut transaction, place, BATCH).await?;
    let Some(mut last) = events.last().map(EventRow::position) else {
        return Ok(0);
    };
    let hooks = webhooks::active(&mut transaction).await?;
    if !hooks.is_empty() {
        let shown = show(&mut transaction, &events, &hooks).await?;
        let (deliveries, end) = address(&events, &hooks, &shown);
        last = end.unwrap_or(last);
        webhook_deliveries::insert_many(&mut transaction, &deliveries).await?;
        enqueue(&mut transaction, &deliveries).await?;
    }
    outbox_cursors::set(&mut transaction, FOLLOWER, last).await?;
    transaction.commit().await?;
    Ok(events.len())
}

fn wants(hook: &WebhookRow, event: &EventRow) -> bool {
    hook.event_types.contains(&event.event_type)
}

/// The deliveries that a batch of events makes, and the event after which they were enough, if there was one.
fn address(
    events: &[EventRow],
    hooks: &[WebhookRow],
    shown: &HashMap<Uuid, Shown>,
) -> (Vec<NewDelivery>, Option<Position>) {
    let mut deliveries = Vec::new();
    for event in events {
        let gone = Shown::gone(event);
        let object = shown.get(&event.entity_id).unwrap_or(&gone);
        for hook in hooks {
            // What happened before a webhook was made is not its news.
            let new = event.created_at >= hook.created_at;
            let may = object
                .audience
                .includes(hook.institution_id.map(Into::into));
            if new && may && wants(hook, event) {
                deliveries.push(NewDelivery {
                    id: Uuid::now_v7(),
                    webhook_id: hook.id,
                    event_sequence: sequence(event.position()),
                    event_type: event.event_type.clone(),
                    body: object.body(event),
                });
            }
        }
        if deliveries.len() >= DELIVERIES {
            return (deliveries, Some(event.position()));
        }
    }
    (deliveries, None)
}

fn sequence(place: Position) -> i64 {
    i64::try_from(place.sequence).unwrap_or(i64::MAX)
}

/// Reads the objects that somebody wants to hear of, in a handful of statements.
async fn show(
    conn: &mut AsyncPgConnection,
    events: &[EventRow],
    hooks: &[WebhookRow],
) -> Result<HashMap<Uuid, Shown>, Failure> {
    let ids = |kind: EntityType| -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = events
            .iter()
            .filter(|event| event.entity_type == kind.as_str())
            .filter(|event| hooks.iter().any(|hook| wants(hook, event)))
            .map(|event| event.entity_id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let mut shown = HashMap::new();
    for found in institutions::find_many(conn, &ids(EntityType::Institution)).await? {
        shown.insert(found.id.uuid(), Shown::from(&found));
    }
    for found in micro_credentials::find_many(conn, &ids(EntityType::MicroCredential)).await? {
        shown.insert(found.id.uuid(), Shown::from(&found));
    }
    for found in recognitions::find_many(conn, &ids(EntityType::Recognition)).await? {
        shown.insert(found.id.uuid(), Shown::from(&found));
    }
    for found in pathways::find_many(conn, &ids(EntityType::Pathway)).await? {
        shown.insert(found.id.uuid(), Shown::from(&found));
    }
    for found in users::find_many(conn, &ids(EntityType::User)).await? {
        shown.insert(found.id.uuid(), Shown::from(&found));
    }
    Ok(shown)
}
