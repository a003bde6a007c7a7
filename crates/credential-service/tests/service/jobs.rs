//! The queue: no job is lost, none is done twice, a poisonous one stops nobody.

mod lanes;
mod lease;
mod mail;
mod process;
mod slow;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use credential_service::Database;
use credential_service::job::{self, Backoff, Job, JobError, Kind, NewJob, Worker, WorkerOptions};
use dev_stack::TestDatabase;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures::future::BoxFuture;
use secrecy::SecretString;
use serde_json::{Value, json};
use service_runtime::Shutdown;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

const FAST: WorkerOptions = WorkerOptions {
    concurrency: 4,
    lease: Duration::from_secs(30),
    patience: Duration::from_secs(8),
};

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// What a job of a test does.
type Deed = dyn Fn(Job) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync;

struct TestKind {
    name: &'static str,
    is_slow: bool,
    deed: Box<Deed>,
}

impl Kind for TestKind {
    fn name(&self) -> &'static str {
        self.name
    }

    fn is_slow(&self) -> bool {
        self.is_slow
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            base: Duration::from_millis(1),
            ceiling: Duration::from_millis(10),
        }
    }

    fn run<'job>(&'job self, job: &'job Job) -> BoxFuture<'job, Result<(), JobError>> {
        (self.deed)(job.clone())
    }
}

fn kind<Doing>(
    name: &'static str,
    deed: impl Fn(Job) -> Doing + Send + Sync + 'static,
) -> Arc<dyn Kind>
where
    Doing: Future<Output = Result<(), JobError>> + Send + 'static,
{
    Arc::new(TestKind {
        name,
        is_slow: false,
        deed: Box::new(move |job| Box::pin(deed(job))),
    })
}

fn new(kind: &'static str, payload: Value) -> NewJob {
    NewJob {
        kind,
        payload,
        max_attempts: 3,
        unique_key: None,
        lane: None,
    }
}

struct Bench {
    database: TestDatabase,
}

/// A worker in this process; it stops when dropped.
struct Working {
    shutdown: Shutdown,
    ended: JoinHandle<()>,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

impl Bench {
    async fn new() -> Self {
        let database = TestDatabase::create().await.unwrap();
        Self { database }
    }

    fn worker(&self, kinds: Vec<Arc<dyn Kind>>, options: WorkerOptions) -> Working {
        let url = SecretString::from(self.database.url());
        let database = Database::new(&url, 10, false).unwrap();
        let shutdown = Shutdown::new();
        let worker = Worker::new(database, kinds, options);
        let ended = tokio::spawn(worker.run(shutdown.clone()));
        Working { shutdown, ended }
    }

    async fn connect(&self) -> AsyncPgConnection {
        self.database.connect().await.unwrap()
    }

    async fn enqueue(&self, jobs: &[NewJob]) -> usize {
        job::enqueue(&mut self.connect().await, jobs).await.unwrap()
    }

    async fn count(&self, condition: &str) -> i64 {
        self.number(&format!(
            "SELECT count(*) AS number FROM jobs WHERE {condition}"
        ))
        .await
    }

    async fn number(&self, sql: &str) -> i64 {
        let mut connection = self.connect().await;
        // Its `load` would stand before those of atomics.
        let counted: Number =
            diesel_async::RunQueryDsl::get_result(diesel::sql_query(sql), &mut connection)
                .await
                .unwrap();
        counted.number
    }

    /// Waits until so many jobs are as described.
    async fn reached(&self, number: i64, condition: &str) {
        let ask = async {
            while self.count(condition).await != number {
                tokio::task::yield_now().await;
            }
        };
        let waited = timeout(Duration::from_secs(60), ask).await;
        assert!(
            waited.is_ok(),
            "{condition}: {} instead of {number}",
            self.count(condition).await
        );
    }

    async fn sql(&self, sql: &str) {
        self.connect().await.batch_execute(sql).await.unwrap();
    }
}

#[tokio::test]
async fn a_job_exists_exactly_when_its_change_does() {
    let bench = Bench::new().await;
    let mut conn = bench.connect().await;
    let rolled_back: Result<(), diesel::result::Error> = conn
        .transaction(async |conn| {
            job::enqueue(conn, &[new("note", json!({}))]).await.unwrap();
            Err(diesel::result::Error::RollbackTransaction)
        })
        .await;

    assert!(rolled_back.is_err());
    assert_eq!(bench.count("true").await, 0);
    assert_eq!(bench.enqueue(&[new("note", json!({}))]).await, 1);
}

#[tokio::test]
async fn several_workers_do_every_job_once_and_forget_what_it_was_about() {
    let bench = Bench::new().await;
    let done: Arc<Mutex<HashMap<Uuid, u32>>> = Arc::default();
    let jobs: Vec<NewJob> = (0..500)
        .map(|number| new("note", json!({ "link": number })))
        .collect();
    bench.enqueue(&jobs).await;
    let counting = || {
        let done = Arc::clone(&done);
        kind("note", move |job| {
            *done.lock().unwrap().entry(job.id).or_default() += 1;
            std::future::ready(Ok(()))
        })
    };

    let _workers: Vec<Working> = (0..4)
        .map(|_| bench.worker(vec![counting()], FAST))
        .collect();
    bench.reached(500, "status = 'DONE'").await;

    let done = done.lock().unwrap().clone();
    assert_eq!(done.len(), 500);
    assert!(done.values().all(|times| *times == 1));
    assert_eq!(bench.count("payload <> '{}' OR lease IS NOT NULL").await, 0);
}

#[tokio::test]
async fn poisonous_jobs_are_parked_and_the_others_flow() {
    let bench = Bench::new().await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let mut jobs: Vec<NewJob> = (0..50).map(|_| new("note", json!({}))).collect();
    jobs.insert(0, new("note", json!({ "poison": "error" })));
    jobs.insert(0, new("note", json!({ "poison": "panic" })));
    jobs.insert(0, new("note", json!({ "poison": "hopeless" })));
    bench.enqueue(&jobs).await;
    let counter = Arc::clone(&attempts);
    let deed = kind("note", move |job| {
        let counter = Arc::clone(&counter);
        async move {
            match job.payload["poison"].as_str() {
                None => Ok(()),
                Some("panic") => {
                    counter.fetch_add(1, Ordering::SeqCst);
                    panic!("on purpose");
                }
                Some("hopeless") => {
                    counter.fetch_add(1, Ordering::SeqCst);
                    Err(JobError::hopeless("never"))
                }
                Some(_) => {
                    counter.fetch_add(1, Ordering::SeqCst);
                    Err(JobError::retry("not today"))
                }
            }
        }
    });

    let _worker = bench.worker(vec![deed], FAST);
    bench.reached(50, "status = 'DONE'").await;
    bench.reached(3, "status = 'PARKED'").await;

    assert_eq!(attempts.load(Ordering::SeqCst), 3 + 3 + 1);
    for (error, attempts) in [("not today", 3), ("the job panicked", 3), ("never", 1)] {
        let condition =
            format!("status = 'PARKED' AND last_error = '{error}' AND attempts = {attempts}");
        assert_eq!(bench.count(&condition).await, 1, "{condition}");
    }
}

#[tokio::test]
async fn a_job_that_fails_twice_is_done_at_the_third_attempt() {
    let bench = Bench::new().await;
    bench.enqueue(&[new("note", json!({}))]).await;
    let deed = kind("note", |job| async move {
        if job.attempt < 3 {
            Err(JobError::retry("not yet"))
        } else {
            Ok(())
        }
    });

    let _worker = bench.worker(vec![deed], FAST);

    bench
        .reached(1, "status = 'DONE' AND attempts = 3 AND last_error IS NULL")
        .await;
}

#[tokio::test]
async fn of_jobs_with_one_key_one_is_unfinished() {
    let bench = Bench::new().await;
    let keyed = NewJob {
        unique_key: Some("care".into()),
        ..new("note", json!({}))
    };

    assert_eq!(bench.enqueue(&[keyed.clone(), keyed.clone()]).await, 1);
    assert_eq!(bench.enqueue(std::slice::from_ref(&keyed)).await, 0);
    bench.sql("UPDATE jobs SET status = 'DONE'").await;
    assert_eq!(bench.enqueue(&[keyed]).await, 1);
}

#[tokio::test]
async fn old_jobs_are_removed_and_young_ones_stay() {
    let bench = Bench::new().await;
    let jobs: Vec<NewJob> = (0..4).map(|_| new("note", json!({}))).collect();
    bench.enqueue(&jobs).await;
    bench
        .sql(
            "UPDATE jobs SET status = state, finished_at = now() - age FROM ( \
                 SELECT id, (ARRAY['DONE', 'DONE', 'PARKED', 'PARKED'])[place] AS state, \
                     (ARRAY['6 days', '8 days', '89 days', '91 days']::interval[])[place] AS age \
                 FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM jobs) AS numbered) AS plan \
             WHERE plan.id = jobs.id",
        )
        .await;

    let _worker = bench.worker(vec![kind("note", |_job| std::future::ready(Ok(())))], FAST);

    bench.reached(2, "true").await;
    assert_eq!(
        bench
            .count("finished_at > now() - interval '90 days' AND (status = 'PARKED' OR finished_at > now() - interval '7 days')")
            .await,
        2
    );
}

#[tokio::test]
async fn parked_jobs_with_one_key_run_again_once() {
    let bench = Bench::new().await;
    bench
        .sql(
            "INSERT INTO jobs (id, kind, status, finished_at, unique_key) VALUES \
                 ('00000000-0000-7000-8000-000000000001', 'note', 'PARKED', now(), 'twice'), \
                 ('00000000-0000-7000-8000-000000000002', 'note', 'PARKED', now(), 'twice'), \
                 ('00000000-0000-7000-8000-000000000003', 'note', 'PARKED', now(), 'again'), \
                 ('00000000-0000-7000-8000-000000000004', 'note', 'WAITING', NULL, 'again'), \
                 ('00000000-0000-7000-8000-000000000005', 'note', 'PARKED', now(), NULL), \
                 ('00000000-0000-7000-8000-000000000006', 'other', 'PARKED', now(), NULL)",
        )
        .await;

    let said = std::process::Command::new(env!("CARGO_BIN_EXE_credential-service"))
        .args(["jobs", "--retry-parked", "--kind", "note"])
        .env_clear()
        .env("APP_ENV", "test")
        .env("DATABASE_URL", bench.database.url())
        .output()
        .unwrap();

    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("run again: 2"), "{said}");
    assert_eq!(bench.count("status = 'WAITING'").await, 3);
    assert_eq!(
        bench
            .count("id::text LIKE '%2' AND status = 'WAITING'")
            .await,
        1
    );
    assert_eq!(bench.count("status = 'PARKED' AND kind = 'other'").await, 1);
    assert_eq!(bench.count("true").await, 4);
}

#[tokio::test]
async fn mails_that_were_given_up_go_when_their_links_have_expired() {
    let bench = Bench::new().await;
    bench
        .sql(
            "INSERT INTO jobs (id, kind, status, finished_at) SELECT gen_random_uuid(), kind, 'PARKED', now() - age \
             FROM unnest(ARRAY['mail', 'note']) AS kind, unnest(ARRAY['6 days', '8 days']::interval[]) AS age",
        )
        .await;

    let _worker = bench.worker(vec![kind("note", |_job| std::future::ready(Ok(())))], FAST);

    bench.reached(3, "true").await;
    assert_eq!(
        bench
            .count("kind = 'mail' AND finished_at > now() - interval '7 days'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_backlog_drains_and_not_every_question_reads_all_of_it() {
    const JOBS: u32 = 1_000;
    let bench = Bench::new().await;
    // Due at one moment, as jobs that one transaction has made, among those of the days before.
    bench
        .sql(&format!(
            "INSERT INTO jobs (id, kind, status, finished_at) \
                 SELECT gen_random_uuid(), 'note', 'DONE', now() FROM generate_series(1, 10000); \
             INSERT INTO jobs (id, kind) SELECT gen_random_uuid(), 'note' FROM generate_series(1, {JOBS}); \
             ANALYZE jobs"
        ))
        .await;
    // Counted here: asking the database all the time would take from the worker what it works with.
    let done = Arc::new(Semaphore::new(0));
    let counter = Arc::clone(&done);
    let note = kind("note", move |_job| {
        counter.add_permits(1);
        std::future::ready(Ok(()))
    });
    let begun = Instant::now();

    let _worker = bench.worker(vec![note], FAST);
    let all = timeout(Duration::from_secs(60), done.acquire_many(JOBS));
    drop(all.await.unwrap().unwrap());

    let taken = begun.elapsed();
    // A backend tells what it has read within a second: the last of it may be missing.
    let read = bench
        .number("SELECT seq_tup_read + idx_tup_fetch AS number FROM pg_stat_user_tables WHERE relname = 'jobs'")
        .await;
    println!("a backlog of {JOBS} jobs: {taken:?}, {read} rows read");
    assert!(read < 100 * i64::from(JOBS), "{read} rows read");
    bench.reached(0, "status <> 'DONE'").await;
}
