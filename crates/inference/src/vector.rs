//! The product of this crate: a unit vector that is cheap to clone.

use std::ops::Deref;
use std::sync::Arc;

/// Holds one L2-normalised embedding; clones share the numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector(Arc<[f32]>);

impl Vector {
    /// Wraps numbers after scaling them to length one.
    ///
    /// A vector of zeros stays a vector of zeros: it has no direction to keep.
    #[must_use]
    pub fn normalised(mut values: Vec<f32>) -> Self {
        normalise(&mut values);
        Self(values.into())
    }

    /// The numbers.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// The numbers, shared.
    #[must_use]
    pub fn into_shared(self) -> Arc<[f32]> {
        self.0
    }

    /// The cosine between two unit vectors, which is their dot product.
    ///
    /// Of vectors with different dimensions only the common part counts.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        self.iter()
            .zip(other.iter())
            .map(|(left, right)| left * right)
            .sum()
    }
}

impl Deref for Vector {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl AsRef<[f32]> for Vector {
    fn as_ref(&self) -> &[f32] {
        &self.0
    }
}

impl From<Vector> for Vec<f32> {
    fn from(vector: Vector) -> Self {
        vector.0.to_vec()
    }
}

/// Scales a slice to length one in place.
fn normalise(values: &mut [f32]) {
    let square: f32 = values.iter().map(|value| value * value).sum();
    let norm = square.sqrt();
    if norm > 0.0 {
        for value in values {
            *value /= norm;
        }
    }
}

/// Joins the vectors of the windows of one text, in the order of the windows.
///
/// The mean is weighted by the number of content pieces in each window, then scaled to length one. A
/// text of one window keeps its vector bit for bit.
pub(crate) fn pool(mut windows: Vec<(usize, Vec<f32>)>) -> Vector {
    if windows.len() == 1
        && let Some((_, only)) = windows.pop()
    {
        return Vector(only.into());
    }
    let mut sum: Vec<f32> = Vec::new();
    for (pieces, vector) in windows {
        let weight = f32::from(u16::try_from(pieces).unwrap_or(u16::MAX));
        sum.resize(sum.len().max(vector.len()), 0.0);
        for (total, value) in sum.iter_mut().zip(vector) {
            *total += weight * value;
        }
    }
    Vector::normalised(sum)
}

#[cfg(test)]
mod tests {
    use super::{Vector, pool};

    #[test]
    fn a_vector_is_scaled_to_length_one() {
        assert_eq!(Vector::normalised(vec![3.0, 4.0]).as_slice(), [0.6, 0.8]);
    }

    #[test]
    fn zeros_stay_zeros() {
        assert_eq!(Vector::normalised(vec![0.0, 0.0]).as_slice(), [0.0, 0.0]);
    }

    #[test]
    fn one_window_is_kept_bit_for_bit() {
        let odd = vec![0.333_333_34, 0.942_809];

        assert_eq!(pool(vec![(7, odd.clone())]).as_slice(), odd);
    }

    #[test]
    fn longer_windows_weigh_more() {
        let pooled = pool(vec![(3, vec![1.0, 0.0]), (4, vec![0.0, 1.0])]);

        assert_eq!(pooled.as_slice(), [0.6, 0.8]);
    }
}
