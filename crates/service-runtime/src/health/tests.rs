use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use super::{Health, watch_dependency};
use crate::shutdown::Shutdown;

#[test]
fn every_latch_must_be_released() {
    let health = Health::new();
    let model = health.latch("model warm");
    let pool = health.latch("pool reachable");

    model.release();

    assert_eq!(health.readiness().reasons, ["waiting for: pool reachable"]);
    pool.release();
    assert!(health.is_ready());
}

#[test]
fn a_dropped_latch_stays_closed() {
    let health = Health::new();

    drop(health.latch("model warm"));

    assert!(!health.is_ready());
}

#[test]
fn a_dependency_withdraws_after_several_failures_and_returns_after_one_success() {
    let health = Health::new();
    let database = health.dependency("database", 3);

    database.report(false);
    database.report(false);
    assert!(health.is_ready(), "two failures are not enough");
    database.report(true);
    database.report(false);
    database.report(false);
    assert!(health.is_ready(), "a success starts the count again");
    database.report(false);
    assert_eq!(health.readiness().reasons, ["dependency down: database"]);
    database.report(true);
    assert!(health.is_ready());
}

#[test]
fn an_optional_dependency_only_degrades() {
    let health = Health::new();
    let redis = health.optional_dependency("redis", 1);

    redis.report(false);

    assert!(health.is_ready());
    assert_eq!(health.readiness().degraded, ["dependency down: redis"]);
}

#[test]
fn draining_withdraws_for_good() {
    let health = Health::new();
    let database = health.dependency("database", 1);

    health.drain();
    database.report(true);

    assert!(health.is_draining());
    assert_eq!(health.readiness().reasons, ["draining"]);
}

#[tokio::test]
async fn followers_hear_changes_only() {
    let health = Health::new();
    let mut follower = health.subscribe();
    let database = health.dependency("database", 1);

    database.report(true);
    assert!(!follower.has_changed().unwrap());
    database.report(false);

    follower.changed().await.unwrap();
    assert!(!follower.borrow().ready);
}

#[tokio::test(start_paused = true)]
async fn a_slow_check_counts_as_failed() {
    let health = Health::new();
    let database = health.dependency("database", 2);
    let shutdown = Shutdown::new();
    let mut follower = health.subscribe();
    let checks = AtomicU32::new(0);

    let watching = watch_dependency(
        database,
        Duration::from_secs(5),
        Duration::from_secs(1),
        shutdown.clone(),
        || {
            checks.fetch_add(1, Ordering::Relaxed);
            std::future::pending()
        },
    );
    let observing = async {
        follower
            .wait_for(|readiness| !readiness.ready)
            .await
            .unwrap();
        shutdown.begin();
    };
    tokio::join!(watching, observing);

    assert_eq!(checks.load(Ordering::Relaxed), 2);
}
