//! Lanes: jobs that hang hold up their own.

use super::*;

const RUNNING: &str = "lane = 'hangs' AND status = 'RUNNING'";

fn of_lane(kind: &'static str, lane: &str) -> NewJob {
    NewJob {
        lane: Some(lane.to_owned()),
        ..new(kind, json!({ "hangs": lane == "hangs" }))
    }
}

/// Jobs that hang wait at the gate, poisonous ones fail for good, the others end at once.
fn gated(name: &'static str, is_slow: bool, gate: &Arc<Semaphore>) -> Arc<dyn Kind> {
    let gate = Arc::clone(gate);
    Arc::new(TestKind {
        name,
        is_slow,
        deed: Box::new(move |job| {
            let gate = Arc::clone(&gate);
            Box::pin(async move {
                if job.payload.get("poison").is_some_and(|it| it == true) {
                    return Err(JobError::hopeless("never"));
                }
                if job.payload.get("hangs").is_some_and(|it| it == true) {
                    gate.acquire().await.unwrap().forget();
                }
                Ok(())
            })
        }),
    })
}

#[tokio::test]
async fn a_lane_that_hangs_leaves_slow_places_to_the_others() {
    let bench = Bench::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let hanging: Vec<NewJob> = (0..20).map(|_| of_lane("slow", "hangs")).collect();
    bench.enqueue(&hanging).await;
    bench.enqueue(&[of_lane("slow", "works")]).await;

    let _worker = bench.worker(vec![gated("slow", true, &gate)], FAST);
    bench.reached(1, "lane = 'works' AND status = 'DONE'").await;

    assert_eq!(bench.count(RUNNING).await, 2, "two of three slow places");
    gate.add_permits(20);
    bench.reached(21, "status = 'DONE'").await;
}

#[tokio::test]
async fn a_lane_of_quick_jobs_that_hang_leaves_a_place() {
    let bench = Bench::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let hanging: Vec<NewJob> = (0..10).map(|_| of_lane("quick", "hangs")).collect();
    bench.enqueue(&hanging).await;
    bench.enqueue(&[of_lane("slow", "works")]).await;
    let kinds = vec![gated("quick", false, &gate), gated("slow", true, &gate)];

    let _worker = bench.worker(kinds, FAST);
    bench.reached(1, "lane = 'works' AND status = 'DONE'").await;

    assert_eq!(bench.count(RUNNING).await, 3, "all places but one");
    gate.add_permits(10);
    bench.reached(11, "status = 'DONE'").await;
}

#[tokio::test]
async fn a_lane_whose_last_attempt_failed_gets_one_place_until_one_succeeds() {
    let bench = Bench::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let poison = NewJob {
        payload: json!({ "poison": true }),
        ..of_lane("slow", "hangs")
    };
    let _worker = bench.worker(vec![gated("slow", true, &gate)], FAST);
    bench.enqueue(&[poison]).await;
    bench.reached(1, "status = 'PARKED'").await;

    let hanging: Vec<NewJob> = (0..5).map(|_| of_lane("slow", "hangs")).collect();
    bench.enqueue(&hanging).await;
    bench.enqueue(&[of_lane("slow", "works")]).await;
    bench.reached(1, "lane = 'works' AND status = 'DONE'").await;
    assert_eq!(bench.count(RUNNING).await, 1);

    gate.add_permits(1);
    bench.reached(2, RUNNING).await;
    gate.add_permits(4);
    bench.reached(6, "status = 'DONE'").await;
}

#[tokio::test]
async fn the_backlog_of_a_lane_drains_and_not_every_question_passes_over_all_of_it() {
    const JOBS: u32 = 1_000;
    let bench = Bench::new().await;
    bench
        .sql(&format!(
            "INSERT INTO jobs (id, kind, status, finished_at) \
                 SELECT gen_random_uuid(), 'slow', 'DONE', now() FROM generate_series(1, 50 * {JOBS}); \
             INSERT INTO jobs (id, kind, lane) SELECT gen_random_uuid(), 'slow', 'one' FROM generate_series(1, {JOBS}); \
             ANALYZE jobs"
        ))
        .await;
    // Counted here: asking the database all the time would take from the worker what it works with.
    let done = Arc::new(Semaphore::new(0));
    let counter = Arc::clone(&done);
    let slow: Arc<dyn Kind> = Arc::new(TestKind {
        name: "slow",
        is_slow: true,
        deed: Box::new(move |_job| {
            counter.add_permits(1);
            Box::pin(std::future::ready(Ok(())))
        }),
    });

    let _worker = bench.worker(vec![slow], FAST);
    let all = timeout(Duration::from_secs(60), done.acquire_many(JOBS));
    drop(all.await.unwrap().unwrap());

    // A backend tells what it has read within a second: the last of it may be missing.
    let read = bench
        .number("SELECT idx_tup_fetch AS number FROM pg_stat_user_tables WHERE relname = 'jobs'")
        .await;
    println!("a backlog of {JOBS} jobs of one lane: {read} rows read");
    let jobs = i64::from(JOBS);
    assert!((jobs / 2..100 * jobs).contains(&read), "{read} rows read");
    bench.reached(0, "status <> 'DONE'").await;
}
