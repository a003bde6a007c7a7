//! Reads `manifest.json` of the model directory and holds every file to its hash.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{ModelInfo, Precision, StartError};

/// Name of the manifest inside the model directory.
const FILE_NAME: &str = "manifest.json";

/// Describes a model directory as `infrastructure/models` wrote it.
///
/// Unknown keys are ignored, so that a newer build of the directory still serves.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Public name of the model.
    pub name: String,
    /// Full revision of the weights.
    pub revision: String,
    /// Numbers in each vector.
    pub dimension: usize,
    /// Word pieces in one window, special pieces included.
    pub max_tokens: usize,
    /// The ONNX Runtime library.
    pub runtime: RuntimeFile,
    /// `tokenizer.json`.
    pub tokenizer: HashedFile,
    /// The model files.
    pub models: ModelFiles,
    /// Vectors that the fp32 file must reproduce.
    pub golden: Option<HashedFile>,
    #[serde(skip)]
    directory: PathBuf,
}

/// Names a file of the model directory and its hash.
#[derive(Debug, Clone, Deserialize)]
pub struct HashedFile {
    /// Path relative to the model directory.
    pub file: PathBuf,
    /// Lower-case hexadecimal SHA-256.
    pub sha256: String,
}

/// Names the ONNX Runtime library.
#[derive(Debug, Clone, Deserialize)]
pub struct RuntimeFile {
    /// Path relative to the model directory.
    pub file: PathBuf,
    /// Version of ONNX Runtime.
    pub version: String,
    /// Lower-case hexadecimal SHA-256.
    pub sha256: String,
}

/// Names the model file of each precision.
#[derive(Debug, Clone, Deserialize)]
pub struct ModelFiles {
    /// The 32-bit float file.
    pub fp32: HashedFile,
    /// The static 8-bit integer file.
    pub int8: HashedFile,
}

impl Manifest {
    /// Reads the manifest of a model directory; no other file is touched.
    ///
    /// # Errors
    /// [`StartError::Read`] and [`StartError::Manifest`].
    pub fn read(directory: &Path) -> Result<Self, StartError> {
        let path = directory.join(FILE_NAME);
        let bytes = read(&path)?;
        let mut manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|source| StartError::Manifest { path, source })?;
        manifest.directory = directory.to_owned();
        Ok(manifest)
    }

    /// Describes the model in the given precision.
    #[must_use]
    pub fn model_info(&self, precision: Precision) -> ModelInfo {
        ModelInfo::new(
            &self.name,
            &self.revision,
            precision,
            self.dimension,
            self.max_tokens,
        )
    }

    /// Returns the bytes of `tokenizer.json` once they have the right hash.
    ///
    /// # Errors
    /// [`StartError::Read`] and [`StartError::Checksum`].
    pub fn verified_tokenizer(&self) -> Result<Vec<u8>, StartError> {
        self.verified_bytes(&self.tokenizer)
    }

    /// Returns the bytes of the model file once they have the right hash.
    ///
    /// The caller loads these bytes, not the file: what was verified is what runs.
    ///
    /// # Errors
    /// [`StartError::Read`] and [`StartError::Checksum`].
    pub fn verified_model(&self, precision: Precision) -> Result<Vec<u8>, StartError> {
        self.verified_bytes(match precision {
            Precision::Fp32 => &self.models.fp32,
            Precision::Int8 => &self.models.int8,
        })
    }

    /// Returns the path of the ONNX Runtime library once the file has the right hash.
    ///
    /// # Errors
    /// [`StartError::Read`] and [`StartError::Checksum`].
    pub fn verified_runtime(&self) -> Result<PathBuf, StartError> {
        let path = self.directory.join(&self.runtime.file);
        let found = hash_file(&path)?;
        compare(&path, &self.runtime.sha256, &found)?;
        Ok(path)
    }

    fn verified_bytes(&self, file: &HashedFile) -> Result<Vec<u8>, StartError> {
        let path = self.directory.join(&file.file);
        let bytes = read(&path)?;
        compare(&path, &file.sha256, &hex::encode(Sha256::digest(&bytes)))?;
        Ok(bytes)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, StartError> {
    fs::read(path).map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: std::io::Error) -> StartError {
    StartError::Read {
        path: path.to_owned(),
        source,
    }
}

fn compare(path: &Path, expected: &str, found: &str) -> Result<(), StartError> {
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(StartError::Checksum {
        path: path.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
    })
}

/// Hashes a file piece by piece: the runtime library is large and its bytes are not needed here.
fn hash_file(path: &Path) -> Result<String, StartError> {
    let file = File::open(path).map_err(|source| unreadable(path, source))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = reader
            .read(&mut piece)
            .map_err(|source| unreadable(path, source))?;
        let Some(filled) = piece.get(..length).filter(|filled| !filled.is_empty()) else {
            break;
        };
        hasher.update(filled);
    }
    Ok(hex::encode(hasher.finalize()))
}

#[cfg(test)]
mod tests;
