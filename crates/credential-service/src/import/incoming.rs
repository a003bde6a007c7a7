//! A file that is still coming in, read where waiting is allowed.

use std::io::{self, Read};

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

/// A piece of a file on its way.
#[derive(Debug)]
pub(crate) enum Piece {
    /// The next bytes.
    Bytes(Vec<u8>),
    /// The file is complete.
    End,
}

/// The reading end of a file on its way. Only for threads that may block.
pub(super) struct Incoming {
    pieces: mpsc::Receiver<Piece>,
    current: Vec<u8>,
    read: usize,
    ended: bool,
    hash: Sha256,
}

impl Incoming {
    /// Reads what comes out of a channel.
    pub(super) fn new(pieces: mpsc::Receiver<Piece>) -> Self {
        Self {
            pieces,
            current: Vec::new(),
            read: 0,
            ended: false,
            hash: Sha256::new(),
        }
    }

    /// The SHA-256 of what was read.
    pub(super) fn hash(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.current.get(self.read..).unwrap_or_default();
            if !left.is_empty() {
                let count = left.len().min(buffer.len());
                let (Some(to), Some(from)) = (buffer.get_mut(..count), left.get(..count)) else {
                    return Ok(0);
                };
                to.copy_from_slice(from);
                self.read += count;
                return Ok(count);
            }
            if self.ended {
                return Ok(0);
            }
            match self.pieces.blocking_recv() {
                Some(Piece::Bytes(bytes)) => {
                    self.hash.update(&bytes);
                    self.current = bytes;
                    self.read = 0;
                }
                Some(Piece::End) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}
