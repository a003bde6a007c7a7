//! Decimals as JSON numbers; a text that looks like a number is none.

use std::str::FromStr as _;

use rust_decimal::Decimal;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer};

const BELOW_GIANTS: &str = "a number of at most 28 digits";

/// Reads a number.
pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let number = f64::deserialize(deserializer)?;
    decimal(number).ok_or_else(|| D::Error::invalid_value(Unexpected::Float(number), &BELOW_GIANTS))
}

/// Reads a number that may be absent or null.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Decimal>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else {
        return Ok(None);
    };
    decimal(number)
        .map(Some)
        .ok_or_else(|| D::Error::invalid_value(Unexpected::Float(number), &BELOW_GIANTS))
}

/// The shortest text of a floating-point number is the number that was written.
fn decimal(number: f64) -> Option<Decimal> {
    Decimal::from_str(&number.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sample {
        #[serde(deserialize_with = "required")]
        credits: Decimal,
        #[serde(deserialize_with = "optional", default)]
        cost: Option<Decimal>,
    }

    #[test]
    fn numbers_are_read_as_written() {
        let sample: Sample = serde_json::from_str(r#"{"credits": 1.5, "cost": 0.1}"#).unwrap();

        assert_eq!(sample.credits, Decimal::new(15, 1));
        assert_eq!(sample.cost, Some(Decimal::new(1, 1)));
    }

    #[test]
    fn texts_and_giants_are_refused() {
        assert!(serde_json::from_str::<Sample>(r#"{"credits": "1.5"}"#).is_err());
        assert!(serde_json::from_str::<Sample>(r#"{"credits": 1e300}"#).is_err());
    }
}
