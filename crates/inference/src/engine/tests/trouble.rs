//! A model that is busy, fails or dies, and callers that do not wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::{DIMENSION, embed, engine, eventually, settings, texts, try_engine};
use crate::backend::{Backend, BackendError, Deterministic};
use crate::{EmbedError, EmbedOptions, PaddedBatch, Priority, StartError};

/// Runs one batch per token sent to it and tells how many it has begun; the warm-up is free.
struct Gated {
    inner: Deterministic,
    gate: Receiver<()>,
    begun: Arc<AtomicUsize>,
    free: usize,
}

struct Gate {
    open: Sender<()>,
    begun: Arc<AtomicUsize>,
}

fn gated() -> (Gated, Gate) {
    let (open, gate) = channel();
    let begun = Arc::new(AtomicUsize::new(0));
    let backend = Gated {
        inner: Deterministic::new(DIMENSION),
        gate,
        begun: Arc::clone(&begun),
        free: 2,
    };
    (backend, Gate { open, begun })
}

impl Gate {
    async fn begun(&self, batches: usize) {
        eventually("a batch", || self.begun.load(Ordering::SeqCst) >= batches).await;
    }
}

impl Backend for Gated {
    fn run(&mut self, batch: &PaddedBatch) -> Result<Vec<Vec<f32>>, BackendError> {
        if self.free > 0 {
            self.free -= 1;
        } else {
            self.begun.fetch_add(1, Ordering::SeqCst);
            // A closed gate stays open: the test is over.
            self.gate.recv().ok();
        }
        self.inner.run(batch)
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }
}

/// Fails or panics on every batch after the warm-up.
struct Broken {
    free: usize,
    panics: bool,
}

impl Backend for Broken {
    fn run(&mut self, batch: &PaddedBatch) -> Result<Vec<Vec<f32>>, BackendError> {
        if self.free > 0 {
            self.free -= 1;
            return Deterministic::new(DIMENSION).run(batch);
        }
        assert!(!self.panics, "the backend breaks, as this test wants");
        Err(BackendError::Other("no luck".to_owned()))
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }
}

#[tokio::test]
async fn a_text_seen_before_needs_no_model() {
    let (backend, gate) = gated();
    let engine = engine(&settings(), backend);
    gate.open.send(()).unwrap();
    let first = embed(&engine, &["alpha"]).await.unwrap();

    let second = timeout(Duration::from_secs(10), embed(&engine, &["alpha"]))
        .await
        .unwrap()
        .unwrap();

    assert_eq!(first, second);
    assert_eq!(gate.begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_takes_work_again_later() {
    let mut settings = settings();
    settings.queue_capacity = 2;
    let (backend, gate) = gated();
    let engine = engine(&settings, backend);
    let busy = tokio::spawn({
        let engine = engine.clone();
        async move { embed(&engine, &["alpha", "beta"]).await }
    });
    gate.begun(1).await;

    let refused = embed(&engine, &["gamma"]).await;
    drop(gate);

    assert!(
        matches!(refused, Err(EmbedError::Overloaded { retry_after }) if !retry_after.is_zero())
    );
    assert_eq!(busy.await.unwrap().unwrap().len(), 2);
    eventually("room", || engine.shared.admission.free() == 2).await;
    assert!(embed(&engine, &["gamma"]).await.is_ok());
}

#[tokio::test]
async fn a_passed_deadline_costs_no_inference() {
    let (backend, gate) = gated();
    let engine = engine(&settings(), backend);
    let busy = tokio::spawn({
        let engine = engine.clone();
        async move { embed(&engine, &["alpha"]).await }
    });
    gate.begun(1).await;

    let options = EmbedOptions {
        priority: Priority::Interactive,
        deadline: Some(Instant::now() + Duration::from_millis(20)),
    };
    let late = engine.embed(texts(&["beta"]), options).await;
    gate.open.send(()).unwrap();

    assert_eq!(late, Err(EmbedError::DeadlineExceeded));
    assert!(busy.await.unwrap().is_ok());
    eventually("an empty queue", || engine.queue_depth() == 0).await;
    assert_eq!(gate.begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_caller_that_has_gone_costs_no_inference() {
    let (backend, gate) = gated();
    let engine = engine(&settings(), backend);
    let busy = tokio::spawn({
        let engine = engine.clone();
        async move { embed(&engine, &["alpha"]).await }
    });
    gate.begun(1).await;
    let gone = tokio::spawn({
        let engine = engine.clone();
        async move { embed(&engine, &["beta"]).await }
    });
    eventually("a waiting row", || engine.queue_depth() == 1).await;

    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    gate.open.send(()).unwrap();

    assert!(busy.await.unwrap().is_ok());
    eventually("an empty queue", || engine.queue_depth() == 0).await;
    assert_eq!(gate.begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_batch_that_fails_is_an_error_and_the_worker_lives() {
    let engine = engine(
        &settings(),
        Broken {
            free: 2,
            panics: false,
        },
    );

    let failed = embed(&engine, &["alpha"]).await;

    assert_eq!(
        failed,
        Err(EmbedError::Inference {
            reason: "no luck".to_owned()
        })
    );
    assert!(engine.is_available());
}

#[tokio::test]
async fn a_backend_that_panics_costs_one_batch_and_not_the_worker() {
    let engine = engine(
        &settings(),
        Broken {
            free: 2,
            panics: true,
        },
    );

    let first = embed(&engine, &["alpha"]).await;
    let second = embed(&engine, &["beta"]).await;

    for answer in [first, second] {
        assert!(
            matches!(answer, Err(EmbedError::Inference { reason }) if reason.contains("panic"))
        );
    }
    assert!(engine.is_available());
}

#[test]
fn a_model_that_fails_its_warm_up_does_not_start() {
    let refused = try_engine(
        &settings(),
        Broken {
            free: 0,
            panics: false,
        },
    );

    assert!(matches!(refused, Err(StartError::Backend(_))));
}
