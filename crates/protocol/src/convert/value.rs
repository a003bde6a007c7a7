//! Single values: decimals, days, moments, optional parts.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::Failure;
use prost_types::Timestamp;
use rust_decimal::Decimal;

use crate::pb::common;

/// A part of a message that must be there.
///
/// # Errors
/// `INVALID_FORMAT` naming the part.
pub fn required<T>(part: Option<T>, field: &str) -> Result<T, Failure> {
    part.ok_or_else(|| Failure::malformed(format!("`{field}` is missing")))
}

/// An exact number on the wire.
#[must_use]
pub fn decimal_to_wire(value: Decimal) -> common::Decimal {
    common::Decimal {
        value: value.to_string(),
    }
}

/// An exact number from the wire.
///
/// # Errors
/// `VALIDATION_ERROR` naming the field.
pub fn decimal_from_wire(value: &common::Decimal, field: &str) -> Result<Decimal, Failure> {
    Decimal::from_str_exact(&value.value)
        .map_err(|_error| Failure::invalid_field(field, "must be a decimal number"))
}

/// An optional exact number from the wire.
///
/// # Errors
/// `VALIDATION_ERROR` naming the field.
pub fn optional_decimal(
    value: Option<&common::Decimal>,
    field: &str,
) -> Result<Option<Decimal>, Failure> {
    value
        .map(|value| decimal_from_wire(value, field))
        .transpose()
}

/// A day on the wire.
#[must_use]
pub fn date_to_wire(day: NaiveDate) -> common::Date {
    common::Date {
        year: day.year(),
        month: day.month(),
        day: day.day(),
    }
}

/// A day from the wire.
///
/// # Errors
/// `VALIDATION_ERROR` naming the field.
pub fn date_from_wire(day: common::Date, field: &str) -> Result<NaiveDate, Failure> {
    NaiveDate::from_ymd_opt(day.year, day.month, day.day)
        .filter(|date| (1..=9999).contains(&date.year()))
        .ok_or_else(|| Failure::invalid_field(field, "must be a calendar day"))
}

/// An optional day from the wire.
///
/// # Errors
/// `VALIDATION_ERROR` naming the field.
pub fn optional_date(day: Option<common::Date>, field: &str) -> Result<Option<NaiveDate>, Failure> {
    day.map(|day| date_from_wire(day, field)).transpose()
}

/// A moment on the wire.
#[must_use]
pub fn time_to_wire(moment: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: moment.timestamp(),
        nanos: i32::try_from(moment.timestamp_subsec_nanos()).unwrap_or(0),
    }
}

/// A moment from the wire.
///
/// # Errors
/// `INVALID_FORMAT` when it is out of range.
pub fn time_from_wire(moment: Timestamp) -> Result<DateTime<Utc>, Failure> {
    u32::try_from(moment.nanos)
        .ok()
        .and_then(|nanos| DateTime::from_timestamp(moment.seconds, nanos))
        // The range of `google.protobuf.Timestamp`; PostgreSQL refuses years that chrono still knows.
        .filter(|moment| (1..=9999).contains(&moment.year()))
        .ok_or_else(|| Failure::malformed("a time is out of range"))
}

/// A moment from the wire that must be there.
///
/// # Errors
/// `INVALID_FORMAT` when it is absent or out of range.
pub fn required_time(moment: Option<Timestamp>, field: &str) -> Result<DateTime<Utc>, Failure> {
    time_from_wire(required(moment, field)?)
}

/// An optional moment from the wire.
///
/// # Errors
/// `INVALID_FORMAT` when it is out of range.
pub fn optional_time(moment: Option<Timestamp>) -> Result<Option<DateTime<Utc>>, Failure> {
    moment.map(time_from_wire).transpose()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decimals_come_back(units in -10_000_000_i64..10_000_000, scale in 0_u32..6) {
            let value = Decimal::new(units, scale);
            prop_assert_eq!(decimal_from_wire(&decimal_to_wire(value), "credits").unwrap(), value);
        }

        #[test]
        fn moments_come_back(seconds in -62_135_596_800_i64..253_402_300_800, nanos in 0_u32..1_000_000_000) {
            let moment = DateTime::from_timestamp(seconds, nanos).unwrap();
            prop_assert_eq!(time_from_wire(time_to_wire(moment)).unwrap(), moment);
        }
    }

    #[test]
    fn impossible_values_are_refused() {
        assert!(
            decimal_from_wire(
                &common::Decimal {
                    value: "1e400".into()
                },
                "credits"
            )
            .is_err()
        );
        assert!(
            date_from_wire(
                common::Date {
                    year: 2026,
                    month: 2,
                    day: 30
                },
                "effectiveDate"
            )
            .is_err()
        );
        assert!(
            time_from_wire(Timestamp {
                seconds: i64::MAX,
                nanos: 0
            })
            .is_err()
        );
        assert!(
            time_from_wire(Timestamp {
                seconds: 0,
                nanos: -1
            })
            .is_err()
        );
        assert!(
            time_from_wire(Timestamp {
                seconds: -6_373_566_326_400,
                nanos: 0
            })
            .is_err(),
            "the year -200000"
        );
    }
}
