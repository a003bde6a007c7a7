//! Numbers between types, without casts that can go wrong unseen.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A count as a real number; exact below 2^53.
pub(crate) fn real(count: usize) -> f64 {
    count.to_f64().unwrap_or(f64::MAX)
}

/// A count as the wire and the metrics carry it.
pub(crate) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A count as a shorter number carries it; what we count so is never that many.
pub(crate) fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Six decimals: what a report shows, and what two machines agree on.
pub(crate) fn rounded(value: f64) -> f64 {
    let scaled = (value * 1e6).round() / 1e6;
    // No report shows a negative zero.
    if scaled == 0.0 { 0.0 } else { scaled }
}

/// An amount that is really stated: above zero.
pub(crate) fn positive(amount: Option<Decimal>) -> Option<f64> {
    amount
        .filter(|amount| *amount > Decimal::ZERO)
        .and_then(|amount| amount.to_f64())
}

/// The cosine of two vectors of length one, summed in double precision.
pub(crate) fn cosine(left: &[f32], right: &[f32]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| f64::from(*left) * f64::from(*right))
        .sum()
}
