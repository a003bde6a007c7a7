//! Walking a list row by row, undisturbed by rows that come and go meanwhile.
//!
//! A cursor holds the sort key and the identifier of the last row seen; the next rows are those after it. Clients pass it on as
//! they got it. Nothing in it is trusted: it is checked against the list and its order, and opens nothing that the list itself
//! would not show.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Sort;
use crate::failure::{Failure, FieldViolation};

/// Longest cursor that is looked at.
const LONGEST: usize = 4_000;
/// Longest text of a sort key, in characters.
const LONGEST_TEXT: usize = 500;

/// The last row that a walk has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its sort key as text; `None` where the row has none.
    #[serde(rename = "k")]
    pub key: Option<String>,
    /// Its identifier.
    #[serde(rename = "i")]
    pub id: Uuid,
}

/// A cursor as it travels.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursor {
    /// Sort key, with `-` for descending.
    #[serde(rename = "s")]
    sort: String,
    /// Number of the page that ends here, from 1.
    #[serde(rename = "p")]
    page: u32,
    /// Rows in the whole list when the walk began.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(rename = "l")]
    last: Place,
}

/// What the values of a sort key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Moments.
    Time,
    /// Days.
    Day,
    /// Exact numbers.
    Number,
    /// Texts.
    Text,
}

impl Sort {
    /// What the values of the key are.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match self.key {
            "createdAt" | "updatedAt" | "publishedAt" => KeyKind::Time,
            "effectiveDate" => KeyKind::Day,
            "credits" | "creditValue" | "transferCredits" => KeyKind::Number,
            _text => KeyKind::Text,
        }
    }

    /// Whether a row may have no value.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        matches!(self.key, "publishedAt" | "credits" | "transferCredits")
    }

    fn name(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key)
    }

    fn takes(&self, key: Option<&str>) -> bool {
        let Some(key) = key else {
            return self.is_nullable();
        };
        match self.kind() {
            // Exactly as written here, in years that PostgreSQL knows as well.
            KeyKind::Time => DateTime::parse_from_rfc3339(key).is_ok_and(|moment| {
                let moment = moment.to_utc();
                is_common_year(moment.year()) && time_key(moment).as_deref() == Some(key)
            }),
            KeyKind::Day => NaiveDate::parse_from_str(key, "%Y-%m-%d")
                .is_ok_and(|day| is_common_year(day.year()) && day.to_string() == key),
            KeyKind::Number => Decimal::from_str_exact(key).is_ok(),
            KeyKind::Text => !key.contains('\0') && key.chars().count() <= LONGEST_TEXT,
        }
    }
}

fn is_common_year(year: i32) -> bool {
    (1..=9999).contains(&year)
}

/// A moment as a sort key, to the microsecond that the database keeps.
#[must_use]
pub fn time_key(moment: DateTime<Utc>) -> Option<String> {
    Some(moment.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

/// Writes a cursor.
pub(super) fn write(sort: Sort, page: u32, total: u64, last: Place) -> String {
    let cursor = Cursor {
        sort: sort.name(),
        page,
        total: Some(total),
        last,
    };
    // A struct of texts and numbers is always JSON.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
}

/// Reads a cursor: the number of the page that ended there, the rows of the whole list, and the row.
pub(super) fn read(text: &str, sort: Sort) -> Result<(u32, Option<u64>, Place), Failure> {
    let cursor: Option<Cursor> = (text.len() <= LONGEST)
        .then(|| URL_SAFE_NO_PAD.decode(text).ok())
        .flatten()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    cursor
        .filter(|it| it.sort == sort.name() && it.page > 0 && sort.takes(it.last.key.as_deref()))
        .map(|it| (it.page, it.total, it.last))
        .ok_or_else(|| refuse("is none that was given for this list in this order"))
}

pub(super) fn refuse(message: &str) -> Failure {
    Failure::malformed(format!("cursor {message}")).with_fields(vec![FieldViolation {
        field: "cursor".to_owned(),
        message: message.to_owned(),
    }])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BY_TITLE: Sort = Sort {
        key: "title",
        descending: false,
    };
    const BY_TIME: Sort = Sort {
        key: "createdAt",
        descending: true,
    };

    proptest! {
        #[test]
        fn what_was_written_is_read(title in "[^\\x00]{0,300}", page in 1_u32..1000, total in 0_u64..1_000_000) {
            let place = Place { key: Some(title), id: Uuid::now_v7() };
            let text = write(BY_TITLE, page, total, place.clone());
            prop_assert_eq!(read(&text, BY_TITLE).unwrap(), (page, Some(total), place));
        }

        #[test]
        fn nothing_else_is(text in ".{0,60}") {
            let failure = read(&text, BY_TITLE).unwrap_err();
            prop_assert_eq!(&failure.fields[0].field, "cursor");
        }
    }

    #[test]
    fn a_cursor_holds_for_its_own_order() {
        let place = |key: Option<&str>| Place {
            key: key.map(ToOwned::to_owned),
            id: Uuid::nil(),
        };
        let moment = write(BY_TIME, 1, 9, place(Some("2026-11-23T10:00:00.000001Z")));

        assert!(read(&moment, BY_TIME).is_ok());
        let upwards = Sort {
            descending: false,
            ..BY_TIME
        };
        assert!(read(&moment, upwards).is_err());
        assert!(read(&moment, BY_TITLE).is_err());
        for odd in [
            Some("yesterday"),
            Some(""),
            Some("2026-11-23"),
            Some("0000-01-01T00:00:00.000000Z"),
            Some("2026-11-23T10:00:00.000001+23:59"),
            None,
        ] {
            assert!(
                read(&write(BY_TIME, 1, 9, place(odd)), BY_TIME).is_err(),
                "{odd:?}"
            );
        }
        let by_credits = Sort {
            key: "credits",
            descending: false,
        };
        assert!(read(&write(by_credits, 1, 9, place(None)), by_credits).is_ok());
        assert!(read(&write(by_credits, 1, 9, place(Some("1e9"))), by_credits).is_err());
    }
}
