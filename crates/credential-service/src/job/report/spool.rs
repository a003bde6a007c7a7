//! A file while it is written: on this machine, without a name, gone with the process.

use std::io::Error;

use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use crate::job::JobError;

/// A file that grows.
pub(super) struct Spool {
    file: File,
    hash: Sha256,
    bytes: u64,
}

/// A file that is complete, to be read from its beginning.
pub(super) struct Spooled {
    pub(super) file: File,
    pub(super) bytes: u64,
    pub(super) sha256: [u8; 32],
}

impl Spool {
    /// An empty file in the folder for temporary files.
    pub(super) async fn new() -> Result<Self, JobError> {
        let file = tokio::task::spawn_blocking(tempfile::tempfile)
            .await
            .map_err(|_stopped| JobError::retry("the process is stopping"))?
            .map_err(|error| full(&error))?;
        Ok(Self {
            file: File::from_std(file),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Adds a piece.
    pub(super) async fn write(&mut self, piece: &[u8]) -> Result<(), JobError> {
        self.hash.update(piece);
        self.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let written = self.file.write_all(piece).await;
        written.map_err(|error| full(&error))
    }

    /// Ends the file.
    pub(super) async fn finish(mut self) -> Result<Spooled, JobError> {
        let flushed = self.file.flush().await;
        flushed.map_err(|error| full(&error))?;
        let rewound = self.file.rewind().await;
        rewound.map_err(|error| full(&error))?;
        Ok(Spooled {
            file: self.file,
            bytes: self.bytes,
            sha256: self.hash.finalize().into(),
        })
    }
}

fn full(error: &Error) -> JobError {
    JobError::retry(format!("the file cannot be written: {}", error.kind()))
}
