//! The rectangle of ids that goes into the model.

/// Holds rows of equal width, row after row, with a mask that marks the real pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaddedBatch {
    rows: usize,
    width: usize,
    ids: Vec<i32>,
    mask: Vec<i32>,
}

impl PaddedBatch {
    /// Fills every row up to the longest with the padding piece.
    #[must_use]
    pub fn new(rows: &[&[i32]], padding: i32) -> Self {
        let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(rows.len() * width);
        let mut mask = Vec::with_capacity(rows.len() * width);
        for row in rows {
            ids.extend_from_slice(row);
            mask.resize(mask.len() + row.len(), 1);
            let filled = width - row.len();
            ids.resize(ids.len() + filled, padding);
            mask.resize(mask.len() + filled, 0);
        }
        Self {
            rows: rows.len(),
            width,
            ids,
            mask,
        }
    }

    /// Number of rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Pieces in each row, padding included.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// The ids, row after row.
    #[must_use]
    pub fn ids(&self) -> &[i32] {
        &self.ids
    }

    /// One for each real piece, zero for each padding piece.
    #[must_use]
    pub fn mask(&self) -> &[i32] {
        &self.mask
    }

    /// Pieces that the model computes, padding included.
    #[must_use]
    pub const fn padded_tokens(&self) -> usize {
        self.rows * self.width
    }
}

#[cfg(test)]
mod tests {
    use super::PaddedBatch;

    #[test]
    fn short_rows_are_filled_and_masked() {
        let batch = PaddedBatch::new(&[&[5, 6, 7], &[8]], 0);

        assert_eq!((batch.rows(), batch.width()), (2, 3));
        assert_eq!(batch.ids(), [5, 6, 7, 8, 0, 0]);
        assert_eq!(batch.mask(), [1, 1, 1, 1, 0, 0]);
    }

    #[test]
    fn no_rows_make_an_empty_batch() {
        assert_eq!(PaddedBatch::new(&[], 0).padded_tokens(), 0);
    }
}
