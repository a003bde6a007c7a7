mod trouble;

use std::time::Duration;

use tokio::time::timeout;

use super::{EmbedOptions, Engine, EngineSettings};
use crate::backend::{Backend, Deterministic};
use crate::tokenize::Words;
use crate::{EmbedError, ModelInfo, Precision, StartError, Vector};

const DIMENSION: usize = 32;
const MAX_TOKENS: usize = 16;

fn settings() -> EngineSettings {
    let mut settings = EngineSettings::new("unused", Precision::Fp32);
    settings.max_batch_tokens = 64;
    settings
}

fn engine(settings: &EngineSettings, backend: impl Backend + 'static) -> Engine {
    try_engine(settings, backend).unwrap()
}

fn try_engine(
    settings: &EngineSettings,
    backend: impl Backend + 'static,
) -> Result<Engine, StartError> {
    let model = ModelInfo::new("words", "0000000", Precision::Fp32, DIMENSION, MAX_TOKENS);
    Engine::with_backend(settings, model, Box::new(backend), Box::new(Words))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn embed(engine: &Engine, list: &[&str]) -> Result<Vec<Vector>, EmbedError> {
    engine.embed(texts(list), EmbedOptions::default()).await
}

/// Waits for a condition, at most ten seconds.
async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(10), waiting)
        .await
        .unwrap_or_else(|_| panic!("never came: {what}"));
}

#[tokio::test]
async fn vectors_come_in_the_order_of_the_texts() {
    let engine = engine(&settings(), Deterministic::new(DIMENSION));
    let alone = embed(&engine, &["gamma"]).await.unwrap();

    let vectors = embed(&engine, &["alpha", "beta beta beta", "gamma", "alpha"])
        .await
        .unwrap();

    assert_eq!(vectors.len(), 4);
    assert_eq!(vectors[2], alone[0]);
    assert_eq!(vectors[0], vectors[3]);
    assert_ne!(vectors[0], vectors[1]);
}

#[tokio::test]
async fn no_texts_give_no_vectors() {
    let engine = engine(&settings(), Deterministic::new(DIMENSION));

    assert_eq!(embed(&engine, &[]).await, Ok(Vec::new()));
}

#[tokio::test]
async fn the_end_of_a_long_text_counts() {
    let engine = engine(&settings(), Deterministic::new(DIMENSION));
    let long: String = (0..100).map(|i| format!("word{i} ")).collect();

    let vectors = embed(&engine, &[&format!("{long} end"), &format!("{long} fin")])
        .await
        .unwrap();

    assert_ne!(vectors[0], vectors[1]);
}

#[tokio::test]
async fn the_text_that_cannot_be_embedded_is_named() {
    let engine = engine(&settings(), Deterministic::new(DIMENSION));
    let endless = "word ".repeat(2_000);

    let empty = embed(&engine, &["fine", " \n"]).await;
    let long = embed(&engine, &[&endless]).await;

    assert_eq!(empty, Err(EmbedError::EmptyText { index: 1 }));
    assert_eq!(
        long,
        Err(EmbedError::TextTooLong {
            index: 0,
            max_windows: 64
        })
    );
}

#[tokio::test]
async fn more_texts_than_the_queue_can_ever_take_are_no_overload() {
    let mut settings = settings();
    settings.queue_capacity = 2;
    let engine = engine(&settings, Deterministic::new(DIMENSION));

    assert_eq!(
        embed(&engine, &["a", "b", "c"]).await,
        Err(EmbedError::TooManyTexts { given: 3, limit: 2 })
    );
}

#[test]
fn a_model_of_another_dimension_does_not_start() {
    let refused = try_engine(&settings(), Deterministic::new(DIMENSION + 1));

    assert!(matches!(refused, Err(StartError::Backend(_))));
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    type Change = fn(&mut EngineSettings);
    let cases: [(&str, Change); 4] = [
        ("threads", |settings| settings.threads = 0),
        ("queue_capacity", |settings| settings.queue_capacity = 0),
        ("tokenizer_threads", |settings| {
            settings.tokenizer_threads = 0;
        }),
        ("max_batch_tokens", |settings| {
            settings.max_batch_tokens = 15;
        }),
    ];

    for (field, change) in cases {
        let mut settings = settings();
        change(&mut settings);

        let refused = try_engine(&settings, Deterministic::new(DIMENSION)).unwrap_err();

        assert!(matches!(refused, StartError::Setting { name, .. } if name == field));
    }
}
