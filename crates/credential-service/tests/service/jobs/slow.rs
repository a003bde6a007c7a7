//! Jobs that wait for somebody else's server.

use super::*;

#[tokio::test]
async fn slow_jobs_leave_a_place_to_the_others() {
    let bench = Bench::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let waiting = Arc::clone(&gate);
    let slow = TestKind {
        name: "slow",
        is_slow: true,
        deed: Box::new(move |_job| {
            let gate = Arc::clone(&waiting);
            Box::pin(async move {
                gate.acquire().await.unwrap().forget();
                Ok(())
            })
        }),
    };
    let jobs: Vec<NewJob> = (0..10).map(|_| new("slow", json!({}))).collect();
    bench.enqueue(&jobs).await;
    let slow: Arc<dyn Kind> = Arc::new(slow);
    let kinds = vec![slow, kind("note", |_job| std::future::ready(Ok(())))];

    let _worker = bench.worker(kinds, FAST);
    bench
        .reached(3, "kind = 'slow' AND status = 'RUNNING'")
        .await;
    let notes: Vec<NewJob> = (0..5).map(|_| new("note", json!({}))).collect();
    bench.enqueue(&notes).await;
    bench.reached(5, "kind = 'note' AND status = 'DONE'").await;

    let running = "kind = 'slow' AND status = 'RUNNING'";
    assert_eq!(bench.count(running).await, 3, "all places but one");
    gate.add_permits(10);
    bench.reached(10, "kind = 'slow' AND status = 'DONE'").await;
}
