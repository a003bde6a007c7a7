//! A job is one worker's at a time, and the end has an order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use credential_service::job::WorkerOptions;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Bench, FAST, kind, new};
use crate::support::LIMIT;

#[tokio::test]
async fn a_running_job_is_nobody_elses_and_its_lease_is_prolonged() {
    let bench = Bench::new().await;
    bench.enqueue(&[new("slow", json!({}))]).await;
    let (gate, starts) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let options = WorkerOptions {
        lease: Duration::from_secs(1),
        ..FAST
    };
    let slow = || {
        let (gate, starts) = (Arc::clone(&gate), Arc::clone(&starts));
        kind("slow", move |_job| {
            let (gate, starts) = (Arc::clone(&gate), Arc::clone(&starts));
            async move {
                starts.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                Ok(())
            }
        })
    };
    let _first = bench.worker(vec![slow()], options);
    let _second = bench.worker(vec![slow()], options);

    // Three leases long, by the database's clock.
    bench
        .reached(
            1,
            "status = 'RUNNING' AND created_at < clock_timestamp() - interval '3 seconds'",
        )
        .await;
    assert_eq!(starts.load(Ordering::SeqCst), 1);
    gate.add_permits(2);

    bench.reached(1, "status = 'DONE' AND attempts = 1").await;
}

#[tokio::test]
async fn the_lease_of_a_dead_worker_runs_out() {
    let bench = Bench::new().await;
    bench
        .enqueue(&[new("note", json!({})), new("note", json!({}))])
        .await;
    bench
        .sql(
            "UPDATE jobs SET status = 'RUNNING', attempts = 1, lease = gen_random_uuid(), locked_until = now() + interval '1 hour'; \
             UPDATE jobs SET locked_until = now() - interval '1 second' WHERE id = (SELECT min(id::text)::uuid FROM jobs)",
        )
        .await;
    let deed = kind("note", |_job| std::future::ready(Ok(())));

    let _worker = bench.worker(vec![deed], FAST);

    bench.reached(1, "status = 'DONE' AND attempts = 2").await;
    assert_eq!(
        bench.count("status = 'RUNNING'").await,
        1,
        "the living worker keeps its own"
    );
}

#[tokio::test]
async fn what_kills_its_worker_in_every_attempt_is_given_up() {
    let bench = Bench::new().await;
    bench.enqueue(&[new("note", json!({}))]).await;
    bench
        .sql("UPDATE jobs SET status = 'RUNNING', attempts = 3, lease = gen_random_uuid(), locked_until = now() - interval '1 second'")
        .await;
    let deed = kind("note", |_job| std::future::ready(Ok(())));

    let _worker = bench.worker(vec![deed], FAST);

    bench
        .reached(
            1,
            "status = 'PARKED' AND last_error = 'the worker died in the last attempt'",
        )
        .await;
}

#[tokio::test]
async fn who_has_lost_the_lease_can_no_longer_end_the_job() {
    let bench = Bench::new().await;
    bench.enqueue(&[new("note", json!({}))]).await;
    let (gate, running) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (inner_gate, inner_running) = (Arc::clone(&gate), Arc::clone(&running));
    let deed = kind("note", move |_job| {
        let (gate, running) = (Arc::clone(&inner_gate), Arc::clone(&inner_running));
        async move {
            running.add_permits(1);
            gate.acquire().await.unwrap().forget();
            Ok(())
        }
    });
    let worker = bench.worker(vec![deed], FAST);
    timeout(LIMIT, running.acquire())
        .await
        .unwrap()
        .unwrap()
        .forget();

    bench
        .sql("UPDATE jobs SET lease = gen_random_uuid(), locked_until = now() + interval '1 hour'")
        .await;
    gate.add_permits(1);
    worker.shutdown.begin();
    timeout(LIMIT, async {
        while !worker.ended.is_finished() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();

    assert_eq!(bench.count("status = 'RUNNING'").await, 1);
}

#[tokio::test]
async fn the_end_waits_for_running_jobs_and_gives_back_the_rest() {
    let bench = Bench::new().await;
    bench
        .enqueue(&[new("short", json!({})), new("endless", json!({}))])
        .await;
    let (gate, running) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (short_gate, short_running) = (Arc::clone(&gate), Arc::clone(&running));
    let short = kind("short", move |_job| {
        let (gate, running) = (Arc::clone(&short_gate), Arc::clone(&short_running));
        async move {
            running.add_permits(1);
            gate.acquire().await.unwrap().forget();
            Ok(())
        }
    });
    let endless_running = Arc::clone(&running);
    let endless = kind("endless", move |_job| {
        endless_running.add_permits(1);
        std::future::pending()
    });
    let options = WorkerOptions {
        patience: Duration::from_secs(3),
        ..FAST
    };
    let worker = bench.worker(vec![short, endless], options);
    timeout(LIMIT, running.acquire_many(2))
        .await
        .unwrap()
        .unwrap()
        .forget();

    worker.shutdown.begin();
    bench.enqueue(&[new("short", json!({}))]).await;
    gate.add_permits(1);
    timeout(LIMIT, async {
        while !worker.ended.is_finished() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();

    assert_eq!(bench.count("kind = 'short' AND status = 'DONE'").await, 1);
    assert_eq!(
        bench
            .count("kind = 'short' AND status = 'WAITING' AND attempts = 0")
            .await,
        1,
        "nothing new was taken"
    );
    assert_eq!(
        bench
            .count("kind = 'endless' AND status = 'WAITING' AND attempts = 0 AND lease IS NULL")
            .await,
        1
    );
}
