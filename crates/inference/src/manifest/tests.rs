use std::fs;

use tempfile::TempDir;

use super::Manifest;
use crate::content_hash::content_hash;
use crate::{Precision, StartError};

/// Writes a model directory whose files hold their own names.
fn directory() -> TempDir {
    let directory = TempDir::new().unwrap();
    let hash = |text: &str| hex::encode(content_hash(text));
    for name in ["runtime.so", "tokenizer.json", "fp32.onnx", "int8.onnx"] {
        fs::write(directory.path().join(name), name).unwrap();
    }
    let manifest = serde_json::json!({
        "name": "all-MiniLM-L6-v2",
        "revision": "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
        "dimension": 384,
        "maxTokens": 256,
        "runtime": {"file": "runtime.so", "version": "1.32.0", "sha256": hash("runtime.so")},
        "tokenizer": {"file": "tokenizer.json", "sha256": hash("tokenizer.json")},
        "models": {
            "fp32": {"file": "fp32.onnx", "sha256": hash("fp32.onnx")},
            "int8": {"file": "int8.onnx", "sha256": hash("int8.onnx")},
        },
        "golden": {"file": "golden.json", "sha256": "00"},
        "built_by": "a later version",
    });
    fs::write(directory.path().join("manifest.json"), manifest.to_string()).unwrap();
    directory
}

#[test]
fn files_with_the_right_hash_are_handed_out() {
    let directory = directory();
    let manifest = Manifest::read(directory.path()).unwrap();

    assert_eq!(manifest.verified_tokenizer().unwrap(), b"tokenizer.json");
    assert_eq!(
        manifest.verified_model(Precision::Fp32).unwrap(),
        b"fp32.onnx"
    );
    assert_eq!(
        manifest.verified_model(Precision::Int8).unwrap(),
        b"int8.onnx"
    );
    assert_eq!(
        manifest.verified_runtime().unwrap(),
        directory.path().join("runtime.so")
    );
}

#[test]
fn a_changed_file_is_refused_by_name_and_with_a_remedy() {
    let directory = directory();
    let manifest = Manifest::read(directory.path()).unwrap();
    for name in ["runtime.so", "tokenizer.json", "int8.onnx"] {
        fs::write(directory.path().join(name), "tampered").unwrap();
    }

    let refusals = [
        ("runtime.so", manifest.verified_runtime().unwrap_err()),
        ("tokenizer.json", manifest.verified_tokenizer().unwrap_err()),
        (
            "int8.onnx",
            manifest.verified_model(Precision::Int8).unwrap_err(),
        ),
    ];

    for (name, refusal) in refusals {
        let sentence = refusal.to_string();
        assert!(matches!(refusal, StartError::Checksum { .. }), "{sentence}");
        assert!(sentence.contains(name), "{sentence}");
        assert!(sentence.contains("run scripts/setup"), "{sentence}");
    }
}

#[test]
fn a_missing_directory_says_what_to_run() {
    let directory = TempDir::new().unwrap();

    let sentence = Manifest::read(&directory.path().join("absent"))
        .unwrap_err()
        .to_string();

    assert!(sentence.contains("manifest.json"), "{sentence}");
    assert!(sentence.contains("run scripts/setup"), "{sentence}");
}

#[test]
fn a_manifest_with_missing_keys_is_refused() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("manifest.json"), "{}").unwrap();

    let refusal = Manifest::read(directory.path()).unwrap_err();

    assert!(matches!(refusal, StartError::Manifest { .. }));
}
