//! A service that hangs takes connections and answers nothing: nobody waits for it longer than it takes to find out.

use std::time::{Duration, Instant};

use dev_stack::service::RunningService;
use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(60);
/// A refusal without a wait.
const AT_ONCE: Duration = Duration::from_secs(1);

fn signal(service: &RunningService, signal: Signal) {
    let pid = Pid::from_raw(service.pid().unwrap().try_into().unwrap());
    kill(pid, signal).unwrap();
}

/// The status of a search by meaning, its error code, and how long it took.
async fn search(visitor: &Actor) -> (u16, String, Duration) {
    let question = json!({"query": "keeping cells alive", "limit": 1});
    let begun = Instant::now();
    let answer = visitor
        .post("/ai/search/semantic", &question)
        .await
        .unwrap();
    let code = answer.text("/error/code").unwrap_or_default();
    (answer.status, code, begun.elapsed())
}

#[tokio::test]
async fn a_hung_ai_service_is_refused_at_once_and_taken_back() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let visitor = stack.visitor().unwrap();
    let ai = stack.ai.as_ref().unwrap();
    let answered = async || (search(&visitor).await.0 == 200).then_some(());
    eventually("a search", PATIENCE, answered).await.unwrap();

    signal(ai, Signal::SIGSTOP);
    eventually("a refusal at once", PATIENCE, async || {
        let (status, code, time) = search(&visitor).await;
        assert!(status != 200, "nobody answers");
        (code == "SERVICE_UNAVAILABLE" && time < AT_ONCE).then_some(())
    })
    .await
    .unwrap();
    // Everything else goes on.
    let list = visitor.get("/credentials?limit=7").await.unwrap();
    assert_eq!(list.status, 200, "{}", list.body);

    signal(ai, Signal::SIGCONT);
    eventually("a search again", PATIENCE, answered)
        .await
        .unwrap();
}
