//! The worker as a process.

use std::collections::{BTreeMap, HashMap};

use credential_service::{SETTINGS, WORKER, WorkerApplication, WorkerSettings};
use dev_stack::layout::Layout;
use dev_stack::platform::Platform;
use dev_stack::service::RunningService;
use dev_stack::system::random_secret;
use serde_json::json;
use service_runtime::{Context, Metrics, settings};
use tokio::time::timeout;

use super::{Bench, FAST, new};
use crate::support::LIMIT;

#[tokio::test]
async fn a_worker_waits_for_the_schema_and_says_so() {
    let environment = HashMap::from(
        [
            ("APP_ENV", "test"),
            ("DATABASE_URL", "postgres://nobody@127.0.0.1:9/none"),
            ("SMTP_HOST", "127.0.0.1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let (common, own) = settings::load(SETTINGS, None, &environment, WorkerSettings::read).unwrap();
    let context = Context::new(WORKER, &common, Metrics::detached());
    let (health, shutdown) = (context.health().clone(), context.shutdown().clone());
    let application = WorkerApplication::build(&own, FAST.patience, context).unwrap();
    let serving = tokio::spawn(application.serve());

    assert_eq!(
        health.readiness().reasons,
        ["waiting for: the schema of this version"]
    );
    shutdown.begin();
    timeout(LIMIT, serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn the_process_starts_reports_and_ends() {
    let bench = Bench::new().await;
    bench.enqueue(&[new("of-a-later-version", json!({}))]).await;
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform {
        layout: Layout::of_this_build().unwrap(),
        folder: folder.path().to_owned(),
        environment: "test",
        database: bench.database.roles().clone(),
        redis_url: None,
        jwt_secret: random_secret(),
        extra: BTreeMap::new(),
    };
    let worker = RunningService::start_ready(platform.worker().unwrap())
        .await
        .unwrap();

    let url = format!("{}/metrics", worker.url("admin").unwrap());
    let waiting = async {
        loop {
            let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
            if text.contains("jobs_waiting 1") && text.contains("jobs_parked 0") {
                return;
            }
        }
    };
    timeout(LIMIT, waiting).await.unwrap();
    let said = platform
        .command("credential-service", &["jobs"])
        .await
        .unwrap();

    assert!(said.contains("waiting: 1"), "{said}");
    worker.stop().await.unwrap();
    assert_eq!(bench.count("status = 'WAITING'").await, 1);
}
