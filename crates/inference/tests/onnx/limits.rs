//! Start, overload and deadlines with the real model.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use inference::{EmbedError, EmbedOptions, Engine, Precision, StartError};

use crate::fixture::{TEXTS, embed, engine, settings};

/// About twenty windows: enough to keep the model busy for a while.
fn endless() -> String {
    "competence ".repeat(5_000)
}

fn options(wait: Duration) -> EmbedOptions {
    EmbedOptions {
        deadline: Some(Instant::now() + wait),
        ..EmbedOptions::default()
    }
}

#[tokio::test]
async fn two_engines_share_one_runtime() {
    let first = engine(Precision::Fp32);
    let second = engine(Precision::Fp32);

    assert_eq!(
        embed(&first, &TEXTS[..1]).await,
        embed(&second, &TEXTS[..1]).await
    );
    assert!(first.model().version.ends_with("-fp32"));
}

#[test]
fn another_runtime_in_the_same_process_is_refused() {
    let _first = engine(Precision::Fp32);
    let mut settings = settings(Precision::Fp32);
    settings.ort_dylib_path = Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));

    let refused = Engine::start(&settings);

    assert!(matches!(refused, Err(StartError::OtherRuntime { .. })));
}

#[tokio::test]
async fn a_full_engine_refuses_at_once() {
    let mut settings = settings(Precision::Fp32);
    settings.queue_capacity = 1;
    let engine = Engine::start(&settings).unwrap();

    // Polled in this order: the first takes the only place.
    let (busy, refused) = tokio::join!(
        engine.embed(vec![endless()], EmbedOptions::default()),
        engine.embed(vec![TEXTS[0].to_owned()], EmbedOptions::default()),
    );

    assert!(
        matches!(refused, Err(EmbedError::Overloaded { retry_after }) if !retry_after.is_zero())
    );
    assert_eq!(busy.unwrap().len(), 1);
}

#[tokio::test]
async fn a_passed_deadline_is_skipped() {
    let engine = engine(Precision::Fp32);
    let mut busy = std::pin::pin!(engine.embed(vec![endless()], EmbedOptions::default()));
    // Long enough to queue the text, far too short to finish it.
    let head_start = tokio::time::timeout(Duration::from_millis(100), &mut busy).await;
    assert!(head_start.is_err(), "the model was faster than this test");

    let late = engine
        .embed(vec![TEXTS[0].to_owned()], options(Duration::from_millis(1)))
        .await;

    assert_eq!(late, Err(EmbedError::DeadlineExceeded));
    assert!(busy.await.is_ok());
    assert_eq!(embed(&engine, &TEXTS[..1]).await.len(), 1);
}
