//! A model without a model, for tests of everything around it.

use super::{Backend, BackendError};
use crate::{PaddedBatch, Vector};

/// Gives each piece a fixed pseudo-random direction and each row the sum of them.
///
/// Texts that share words are near each other, others are nearly orthogonal. It is reached only through
/// [`Engine::with_backend`](crate::Engine::with_backend); no setting and no failure leads here.
#[derive(Debug, Clone)]
pub struct Deterministic {
    dimension: usize,
}

impl Deterministic {
    /// Makes vectors of the given dimension.
    #[must_use]
    pub const fn new(dimension: usize) -> Self {
        Self { dimension }
    }
}

impl Backend for Deterministic {
    fn run(&mut self, batch: &PaddedBatch) -> Result<Vec<Vec<f32>>, BackendError> {
        let width = batch.width().max(1);
        let rows = batch.ids().chunks(width).zip(batch.mask().chunks(width));
        Ok(rows
            .map(|(ids, mask)| {
                let real = ids.iter().zip(mask).filter(|(_, mask)| **mask == 1);
                let mut sum = vec![0.0; self.dimension];
                for (id, _) in real {
                    add_direction(&mut sum, *id);
                }
                Vector::normalised(sum).into()
            })
            .collect())
    }

    fn dimension(&self) -> usize {
        self.dimension
    }
}

/// Adds numbers in -1..1 that depend on the piece alone (`SplitMix64`).
fn add_direction(sum: &mut [f32], piece: i32) {
    let mut state = u64::from(piece.unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for value in sum {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [high, low, ..] = mixed.to_be_bytes();
        *value += f32::from(i16::from_be_bytes([high, low])) / 32_768.0;
    }
}

#[cfg(test)]
mod tests {
    use super::Deterministic;
    use crate::PaddedBatch;
    use crate::backend::Backend;

    #[test]
    fn a_row_gives_the_same_vector_alone_and_among_longer_rows() {
        let mut backend = Deterministic::new(16);
        let alone = backend.run(&PaddedBatch::new(&[&[1, 7, 2]], 0)).unwrap();

        let mixed = backend
            .run(&PaddedBatch::new(&[&[1, 9, 8, 7, 2], &[1, 7, 2]], 0))
            .unwrap();

        assert_eq!(mixed[1], alone[0]);
        assert_ne!(mixed[0], alone[0]);
    }
}
