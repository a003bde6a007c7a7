//! Collects every broken rule of one input.

use std::fmt::Display;
use std::ops::RangeInclusive;

use email_address::EmailAddress;
use rust_decimal::Decimal;

use crate::failure::{ErrorCode, Failure, FieldViolation};

/// A list of broken rules that is filled field by field.
#[derive(Debug, Default)]
pub struct Violations(Vec<(ErrorCode, FieldViolation)>);

impl Violations {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a broken rule.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.note(ErrorCode::ValidationError, field.into(), message.into());
    }

    fn note(&mut self, code: ErrorCode, field: String, message: String) {
        self.0.push((code, FieldViolation { field, message }));
    }

    /// Notes a broken rule unless it holds.
    pub fn require(&mut self, holds: bool, field: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.add(field, message);
        }
    }

    /// A text that must be there: 1 to `max` characters beside white space, no NUL.
    pub fn text(&mut self, field: impl Into<String>, value: &str, max: usize) {
        let field = field.into();
        if value.trim().is_empty() {
            self.add(field, "must not be empty");
        } else {
            self.bounded(field, value, max);
        }
    }

    /// A text that may be absent, but not empty: 1 to `max` characters, no NUL.
    pub fn optional_text(&mut self, field: impl Into<String>, value: Option<&str>, max: usize) {
        if let Some(value) = value {
            self.text(field, value, max);
        }
    }

    fn bounded(&mut self, field: String, value: &str, max: usize) {
        let length = value.chars().count();
        if length > max {
            self.add(
                field,
                format!("must have at most {max} characters, has {length}"),
            );
        } else if value.contains('\0') {
            self.add(field, "must not contain the NUL character");
        }
    }

    /// A number within a closed range.
    pub fn within<T: PartialOrd + Display>(
        &mut self,
        field: impl Into<String>,
        value: &T,
        range: &RangeInclusive<T>,
    ) {
        if !range.contains(value) {
            let message = format!("must be between {} and {}", range.start(), range.end());
            self.note(ErrorCode::ValueOutOfRange, field.into(), message);
        }
    }

    /// A number within a closed range and with at most two decimal places.
    pub fn decimal(
        &mut self,
        field: impl Into<String>,
        value: Option<Decimal>,
        min: Decimal,
        max: Decimal,
    ) {
        let Some(value) = value else { return };
        let range = min..=max;
        if range.contains(&value) {
            let is_short = value.normalize().scale() <= 2;
            self.require(is_short, field, "must have at most two decimal places");
        } else {
            self.within(field, &value, &range);
        }
    }

    /// A web address that may be absent.
    pub fn web_address(&mut self, field: impl Into<String>, value: Option<&str>) {
        let Some(value) = value else { return };
        let field = field.into();
        let host = value
            .strip_prefix("https://")
            .or_else(|| value.strip_prefix("http://"));
        let well_formed = host.is_some_and(|rest| {
            rest.chars().next().is_some_and(char::is_alphanumeric)
                && !value
                    .chars()
                    .any(|character| character.is_whitespace() || character.is_control())
        });
        if !well_formed {
            self.add(
                field,
                "must be a web address that begins with https:// or http://",
            );
        } else {
            self.bounded(field, value, 2_000);
        }
    }

    /// True while no rule is broken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// Every broken rule, under the code that they share: `VALUE_OUT_OF_RANGE` when all are numbers out of their ranges,
    /// `VALIDATION_ERROR` otherwise.
    pub fn finish(self) -> Result<(), Failure> {
        let (codes, fields): (Vec<_>, Vec<_>) = self.0.into_iter().unzip();
        let Some((first, others)) = codes.split_first() else {
            return Ok(());
        };
        let mut failure = Failure::invalid(fields);
        if others.iter().all(|code| code == first) {
            failure.code = *first;
        }
        Err(failure)
    }
}

/// Whether a text is an e-mail address that mail can be sent to: one `@`, a dotted host, no white space, and otherwise by the
/// parser that the sender of our mail goes by.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let clean = !text
        .chars()
        .any(|character| character.is_whitespace() || character.is_control());
    clean
        && text.len() <= 254
        && EmailAddress::is_valid_local_part(local)
        && EmailAddress::is_valid_domain(host)
        && host.split('.').count() >= 2
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in [
            "ada@example.org",
            "a.b+c@sub.example.ca",
            "o'neill@example.org",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "a@b",
            "a b@example.org",
            "a@b@c.d",
            "a@exa mple.org",
            "a,b@example.org",
            "<a>@example.org",
            "a..b@example.org",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn numbers_out_of_their_ranges_have_a_code_of_their_own_unless_another_rule_is_broken_too() {
        let code = |credits: i64, duration: Decimal, title: &str| {
            let mut violations = Violations::new();
            violations.text("title", title, 10);
            violations.within("credits", &credits, &(0..=60));
            violations.decimal("duration", Some(duration), Decimal::ZERO, Decimal::TEN);
            violations.finish().map_err(|failure| failure.code)
        };
        let (ten, eleven) = (Decimal::TEN, Decimal::from(11));

        assert_eq!(code(0, ten, "T"), Ok(()));
        assert_eq!(code(60, Decimal::ZERO, "T"), Ok(()));
        assert_eq!(code(61, ten, "T"), Err(ErrorCode::ValueOutOfRange));
        assert_eq!(code(-1, eleven, "T"), Err(ErrorCode::ValueOutOfRange));
        assert_eq!(code(61, ten, ""), Err(ErrorCode::ValidationError));
        let long = Decimal::new(1_234, 3);
        assert_eq!(code(60, long, "T"), Err(ErrorCode::ValidationError));
        assert_eq!(code(61, long, "T"), Err(ErrorCode::ValidationError));
    }

    #[test]
    fn web_addresses_need_a_scheme_and_a_host() {
        for (value, good) in [
            ("https://example.org/a", true),
            ("javascript:alert(1)", false),
            ("https:// x", false),
            ("https://", false),
        ] {
            let mut violations = Violations::new();
            violations.web_address("website", Some(value));
            assert_eq!(violations.is_empty(), good, "{value}");
        }
    }
}
