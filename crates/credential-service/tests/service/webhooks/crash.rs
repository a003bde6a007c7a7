//! A worker dies again and again after a message has left and before that is written down; another works on beside it.

use std::collections::{HashMap, HashSet};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use tokio::runtime::Runtime;
use tokio::time::{Instant, timeout};

use super::{Bench, create, worker};
use crate::support::LIMIT;

/// Times that a worker dies.
const DEATHS: i64 = 50;
/// Places of each worker: two of them for the messages of one webhook, so that the deaths meet two messages each.
const CONCURRENCY: &str = "4";
const UNDER_WAY: &str =
    "SELECT count(*) FROM jobs WHERE kind = 'webhook' AND status = 'RUNNING' AND NOT expired";
const HELD_BY_THE_DOOMED: &str = "SELECT count(*) FROM jobs JOIN claims ON (claims.lease, job) = (jobs.lease, id) \
     WHERE status = 'RUNNING' AND worker LIKE '%app' AND NOT expired";

/// Jobs wait; who took which job, and whether it was somebody else's at that moment.
const WATCH: &str = "
    ALTER TABLE jobs ADD COLUMN expired boolean NOT NULL DEFAULT false;
    CREATE TABLE claims (lease uuid, job uuid, worker text, was_held boolean);
    CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        INSERT INTO claims VALUES (NEW.lease, NEW.id, session_user, OLD.lease IS NOT NULL AND NOT OLD.expired);
        NEW.expired := false;
        RETURN NEW;
    END $$;
    CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.run_after := now() + interval '1 day'; RETURN NEW; END $$;
    CREATE TRIGGER later BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION later();
    CREATE TRIGGER watch BEFORE UPDATE ON jobs FOR EACH ROW
        WHEN (NEW.lease IS NOT NULL AND NEW.lease IS DISTINCT FROM OLD.lease) EXECUTE FUNCTION watch()";
/// As if the time of the leases of the dead had passed.
const EXPIRE: &str = "UPDATE jobs SET locked_until = now() - interval '1 second', expired = true \
     FROM claims WHERE (claims.lease, job) = (jobs.lease, id) AND worker LIKE '%app' AND status = 'RUNNING'";
/// Nothing can be written down about an attempt while this is held.
const CLOSE: &str = "BEGIN; SELECT FROM webhooks FOR UPDATE";

/// Starts a worker that can be killed: a runtime of its own, whose end leaves its tasks where they are.
fn doomed(bench: &Bench) -> Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let url = bench.service.database.roles().app.clone();
    runtime.spawn(async move {
        let (application, shutdown) = worker(&url, &[("JOB_CONCURRENCY", CONCURRENCY)]);
        // Never begun: nobody says good-bye.
        let ended = application.serve().await;
        drop((ended, shutdown));
    });
    runtime
}

async fn kill(runtime: Runtime) {
    tokio::task::spawn_blocking(move || runtime.shutdown_timeout(LIMIT))
        .await
        .unwrap();
}

/// Waits until everything under way has arrived and waits at the gate; some of it is the doomed worker's.
async fn published(bench: &Bench, gone: usize) {
    let waiting = async {
        loop {
            let doomed = bench.service.count(HELD_BY_THE_DOOMED).await;
            let all = bench.service.count(UNDER_WAY).await;
            let done = bench
                .service
                .count("SELECT count(*) FROM webhook_deliveries WHERE status = 'SUCCEEDED'")
                .await;
            let arrived = bench.receiver.messages().len();
            if doomed == 2 && all == 4 && arrived == gone + usize::try_from(all + done).unwrap() {
                return;
            }
        }
    };
    timeout(LIMIT, waiting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_dies_between_sending_and_writing_down_every_event_arrives_and_none_from_two_at_once()
 {
    let bench = Bench::with(&[("JOB_CONCURRENCY", CONCURRENCY)]).await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    create(&admin, &bench.receiver.url(), &["credential.created"])
        .await
        .unwrap();
    bench.service.sql(WATCH).await;
    let events = 2 * DEATHS + 20;
    for number in 0..events {
        let draft = crate::support::credential(&format!("C-{number}"));
        admin.create_credential(own, draft).await.unwrap();
    }

    bench
        .reached(events, "SELECT count(*) FROM jobs WHERE kind = 'webhook'")
        .await;
    let begun = Instant::now();
    let mut gate: AsyncPgConnection = bench.service.connect().await;
    gate.batch_execute(CLOSE).await.unwrap();
    bench.service.sql("UPDATE jobs SET run_after = now()").await;

    let mut gone = 0;
    for _death in 0..DEATHS {
        let victim = doomed(&bench);
        published(&bench, gone).await;
        kill(victim).await;
        gone += 2;
        bench.service.sql(EXPIRE).await;
        gate.batch_execute("COMMIT").await.unwrap();
        gate.batch_execute(CLOSE).await.unwrap();
    }
    gate.batch_execute("COMMIT").await.unwrap();
    let events = usize::try_from(events).unwrap();
    let messages = bench.messages(events).await;

    let mut times: HashMap<&str, usize> = HashMap::new();
    for message in &messages {
        *times.entry(message.header("webhook-id")).or_default() += 1;
    }
    let objects: HashSet<String> = messages
        .iter()
        .map(|message| serde_json::from_str::<serde_json::Value>(&message.body).unwrap())
        .map(|body| body["data"]["id"].as_str().unwrap().to_owned())
        .collect();
    println!(
        "{DEATHS} deaths, {events} events, {} messages in {:?}",
        messages.len(),
        begun.elapsed()
    );
    assert_eq!((times.len(), objects.len()), (events, events), "each once");
    assert_eq!(
        messages.len(),
        events + gone,
        "and again only after a death"
    );
    let twice = "SELECT count(*) FROM claims WHERE was_held";
    assert_eq!(bench.service.count(twice).await, 0, "nothing was two's");
    let parked = "SELECT count(*) FROM jobs WHERE status = 'PARKED'";
    assert_eq!(bench.service.count(parked).await, 0);
}
