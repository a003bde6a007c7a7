//! Tasks that are done again and again: once in a period, whatever happens to workers.

mod audit;
mod prune;
mod review;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use credential_service::schedule::{Pace, Scheduler, Task};
use credential_service::{Database, SETTINGS, WORKER, WorkerApplication, WorkerSettings};
use domain::Failure;
use futures::future::BoxFuture;
use secrecy::SecretString;
use service_runtime::{Context, Metrics, Shutdown, settings};
use tokio::time::timeout;

use crate::support::Service;

/// A worker in this process; it stops when dropped.
pub(crate) struct RunningWorker(Shutdown);

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.0.begin();
    }
}

/// Starts a worker on the database of a service, with settings of the test's own.
pub(crate) fn start_worker(service: &Service, more: &[(&str, &str)]) -> RunningWorker {
    let mails = std::env::temp_dir().join("bccb-test-mail");
    let mut environment: HashMap<String, String> = [
        ("APP_ENV", "test"),
        ("DATABASE_URL", &service.database.roles().app),
        ("MAIL_DIR", mails.to_str().unwrap()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    environment.extend(
        more.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let (common, own) = settings::load(SETTINGS, None, &environment, WorkerSettings::read).unwrap();
    let context = Context::new(WORKER, &common, Metrics::detached());
    let shutdown = context.shutdown().clone();
    let application = WorkerApplication::build(&own, Duration::from_secs(5), context).unwrap();
    tokio::spawn(application.serve());
    RunningWorker(shutdown)
}

/// Waits until the tasks are as described.
pub(crate) async fn reached(service: &Service, number: i64, condition: &str) {
    let sql = format!("SELECT count(*) FROM scheduled_tasks WHERE {condition}");
    let waited = timeout(Duration::from_secs(60), async {
        while service.count(&sql).await != number {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "{sql} is not {number}");
}

/// A task of a test: counts how often it was done, and does what its name says.
struct TestTask {
    name: &'static str,
    done: Arc<AtomicU64>,
}

impl Task for TestTask {
    fn name(&self) -> &'static str {
        self.name
    }

    fn pace(&self) -> Pace {
        Pace::minutes(60)
    }

    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>> {
        let before = self.done.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            match self.name {
                "fails twice" if before < 2 => Err(Failure::internal("not today")),
                "panics" => panic!("on purpose"),
                "never ends" => std::future::pending().await,
                _well => Ok(7),
            }
        })
    }
}

struct Running {
    shutdown: Shutdown,
    ended: tokio::task::JoinHandle<()>,
}

fn start(service: &Service, names: &[&'static str], done: &Arc<AtomicU64>) -> Running {
    let url = SecretString::from(service.database.roles().app.clone());
    let tasks = names
        .iter()
        .map(|name| -> Arc<dyn Task> {
            Arc::new(TestTask {
                name,
                done: Arc::clone(done),
            })
        })
        .collect();
    let shutdown = Shutdown::new();
    let scheduler = Scheduler::new(Database::new(&url, 4, false).unwrap(), tasks);
    let ended = tokio::spawn(scheduler.run(shutdown.clone()));
    Running { shutdown, ended }
}

#[tokio::test]
async fn several_workers_do_a_task_once_however_long_nobody_was_there() {
    let service = Service::start().await;
    let done = Arc::default();
    service
        .sql(
            "INSERT INTO scheduled_tasks (name, due_at) VALUES ('care', now() - interval '5 days')",
        )
        .await;

    let workers: Vec<Running> = (0..4).map(|_| start(&service, &["care"], &done)).collect();
    let on_the_hour = "due_at > now() AND due_at <= now() + interval '1 hour' AND due_at = date_trunc('hour', due_at)";
    let well =
        "last_succeeded_at IS NOT NULL AND last_count = 7 AND lease IS NULL AND failures = 0";
    reached(&service, 1, &format!("{well} AND {on_the_hour}")).await;

    assert_eq!(done.load(Ordering::SeqCst), 1);
    service
        .sql("UPDATE scheduled_tasks SET due_at = now(), last_count = 0")
        .await;
    reached(&service, 1, &format!("{well} AND {on_the_hour}")).await;
    assert_eq!(done.load(Ordering::SeqCst), 2);
    for worker in &workers {
        worker.shutdown.begin();
    }
}

#[tokio::test]
async fn a_task_that_fails_says_why_and_is_tried_again() {
    let service = Service::start().await;
    let done = Arc::default();
    let worker = start(&service, &["fails twice"], &done);

    reached(
        &service,
        1,
        "failures = 1 AND last_error = 'not today' AND last_succeeded_at IS NULL \
             AND due_at > now() + interval '30 seconds' AND due_at <= now() + interval '1 minute'",
    )
    .await;
    service
        .sql("UPDATE scheduled_tasks SET due_at = now()")
        .await;
    reached(
        &service,
        1,
        "failures = 2 AND due_at > now() + interval '90 seconds'",
    )
    .await;
    service
        .sql("UPDATE scheduled_tasks SET due_at = now()")
        .await;
    reached(
        &service,
        1,
        "failures = 0 AND last_error IS NULL AND last_succeeded_at IS NOT NULL",
    )
    .await;
    worker.shutdown.begin();
}

#[tokio::test]
async fn a_panic_is_a_failure_and_stops_no_other_task() {
    let service = Service::start().await;
    let worker = start(&service, &["panics", "care"], &Arc::default());

    reached(
        &service,
        1,
        "name = 'panics' AND failures = 1 AND last_error = 'the task panicked' AND lease IS NULL",
    )
    .await;
    reached(
        &service,
        1,
        "name = 'care' AND last_succeeded_at IS NOT NULL",
    )
    .await;
    worker.shutdown.begin();
}

#[tokio::test]
async fn what_a_dead_worker_held_is_done_by_another_and_what_a_living_one_holds_is_not() {
    let service = Service::start().await;
    let (dead, alive) = (Arc::default(), Arc::default());
    service
        .sql(
            "INSERT INTO scheduled_tasks (name, due_at, lease, locked_until) VALUES \
                 ('of the dead', now() - interval '1 hour', gen_random_uuid(), now() - interval '1 second'), \
                 ('of the living', now() - interval '2 hours', gen_random_uuid(), now() + interval '1 hour')",
        )
        .await;

    let other = start(&service, &["of the living"], &alive);
    let worker = start(&service, &["of the dead"], &dead);
    reached(
        &service,
        1,
        "name = 'of the dead' AND last_succeeded_at IS NOT NULL",
    )
    .await;

    assert_eq!(dead.load(Ordering::SeqCst), 1);
    assert_eq!(alive.load(Ordering::SeqCst), 0);
    worker.shutdown.begin();
    other.shutdown.begin();
}

#[tokio::test]
async fn a_worker_that_stops_gives_back_what_it_was_doing() {
    let service = Service::start().await;
    let worker = start(&service, &["never ends"], &Arc::default());
    reached(&service, 1, "lease IS NOT NULL").await;

    worker.shutdown.begin();
    worker.ended.await.unwrap();

    reached(
        &service,
        1,
        "lease IS NULL AND due_at <= now() AND failures = 0",
    )
    .await;
}
