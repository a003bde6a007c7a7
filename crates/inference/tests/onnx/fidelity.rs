//! The files say what the public model says.

use std::fs;

use inference::Precision;
use inference::tokenize::Tokenize as _;
use serde::Deserialize;

use crate::fixture::{Bare, TEXTS, embed, engine, workspace};

#[derive(Deserialize)]
struct GoldenFile {
    vectors: Vec<Golden>,
}

#[derive(Deserialize)]
struct Golden {
    text: String,
    /// Word pieces, special pieces included.
    tokens: usize,
    embedding: Vec<f32>,
}

/// The vectors checked in beside the build of the model.
fn golden() -> Vec<Golden> {
    let path = workspace().join("infrastructure/models/golden.json");
    let bytes = fs::read(path).expect("the checked-in golden vectors");
    serde_json::from_slice::<GoldenFile>(&bytes)
        .unwrap()
        .vectors
}

/// Every number within 1e-4, and the text named if not.
fn assert_golden(golden: &Golden, vector: &[f32]) {
    assert_eq!(golden.embedding.len(), vector.len());
    for (wanted, found) in golden.embedding.iter().zip(vector) {
        assert!((wanted - found).abs() < 1e-4, "`{}`", golden.text);
    }
}

#[test]
fn tokenizer_and_fp32_file_give_the_golden_vectors() {
    let golden = golden();
    let mut bare = Bare::load(Precision::Fp32);

    assert!(golden.len() >= 20);
    for golden in &golden {
        // The public model reads the first window only.
        let pieces = bare.tokenizer.pieces(&golden.text).unwrap();
        let row = bare.frame(pieces.chunks(254).next().unwrap());
        assert_eq!(row.len(), golden.tokens, "`{}`", golden.text);
        assert_golden(golden, &bare.run(&[row])[0]);
    }
}

#[tokio::test]
async fn the_engine_gives_the_golden_vectors_of_texts_of_one_window() {
    let golden: Vec<Golden> = golden()
        .into_iter()
        .filter(|golden| golden.tokens < 256)
        .collect();
    let texts: Vec<&str> = golden.iter().map(|golden| golden.text.as_str()).collect();

    let vectors = embed(&engine(Precision::Fp32), &texts).await;

    for (golden, vector) in golden.iter().zip(&vectors) {
        assert_golden(golden, vector);
    }
}

#[tokio::test]
async fn the_int8_file_is_close_to_the_fp32_file() {
    let golden = golden();
    let mut texts: Vec<&str> = golden.iter().map(|golden| golden.text.as_str()).collect();
    texts.extend_from_slice(TEXTS);

    let exact = embed(&engine(Precision::Fp32), &texts).await;
    let rounded = embed(&engine(Precision::Int8), &texts).await;

    let cosines: Vec<f32> = exact
        .iter()
        .zip(&rounded)
        .map(|(exact, rounded)| exact.cosine(rounded))
        .collect();
    let count = f32::from(u16::try_from(cosines.len()).unwrap());
    let mean = cosines.iter().sum::<f32>() / count;
    let least = cosines.iter().copied().fold(1.0, f32::min);
    println!("int8 against fp32: mean cosine {mean:.4}, least {least:.4}, {count} texts");
    assert!(mean >= 0.99, "mean cosine {mean}");
    assert!(least >= 0.95, "least cosine {least}");
}
