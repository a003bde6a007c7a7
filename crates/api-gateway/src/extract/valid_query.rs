//! Query parameters: every one known, every value well formed, or 400.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::{Failure, FieldViolation};
use serde::de::DeserializeOwned;

use super::rejection::{Flaw, describe};
use crate::error::ApiError;
use crate::response::fields;

/// Parameters of a query that were read in full.
#[derive(Debug)]
pub(crate) struct ValidQuery<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest for ValidQuery<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self).map_err(Into::into))
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    if !is_well_formed(query) {
        return Err(Failure::malformed(
            "the query has a percent sign that is not followed by two hexadecimal digits of UTF-8 text without NUL",
        ));
    }
    let others = fields::without(query);
    let query = others.as_deref().unwrap_or(query);
    let deserializer =
        serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let Flaw { field, message, .. } =
            describe(&error.path().to_string(), &error.inner().to_string());
        Failure::malformed(format!("query parameter `{field}` {message}"))
            .with_fields(vec![FieldViolation { field, message }])
    })
}

/// Whether every escape is one, and all of them together are UTF-8 text without NUL.
fn is_well_formed(query: &str) -> bool {
    let mut decoded = Vec::with_capacity(query.len());
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits = [bytes.next(), bytes.next()].map(|byte| {
            let digit = char::from(byte?).to_digit(16)?;
            u8::try_from(digit).ok()
        });
        let [Some(high), Some(low)] = digits else {
            return false;
        };
        decoded.push(high * 16 + low);
    }
    !decoded.contains(&0) && String::from_utf8(decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        page: Option<u32>,
        level: Option<domain::vocabulary::EducationLevel>,
        search: Option<String>,
    }

    #[test]
    fn a_good_query_is_read() {
        let sample: Sample = parse("page=2&level=ADVANCED&search=caf%C3%A9+au").unwrap();

        assert_eq!(sample.page, Some(2));
        assert_eq!(
            sample.level,
            Some(domain::vocabulary::EducationLevel::Advanced)
        );
        assert_eq!(sample.search.as_deref(), Some("café au"));
    }

    #[test]
    fn a_bad_query_names_its_parameter() {
        for (query, field) in [
            ("pge=2", "pge"),
            ("page=two", "page"),
            ("page=-1", "page"),
            ("page=1&page=2", "page"),
            ("level=HARD", "level"),
        ] {
            let failure = parse::<Sample>(query).unwrap_err();
            assert_eq!(failure.fields[0].field, field, "{query}: {failure}");
        }
        let failure = parse::<Sample>("level=HARD").unwrap_err();
        assert!(failure.message.contains("INTRODUCTORY"), "{failure}");
    }

    #[test]
    fn broken_encodings_are_refused() {
        for query in ["search=%zz", "search=%", "search=%ff", "search=%00", "a%0"] {
            assert!(parse::<Sample>(query).is_err(), "{query}");
        }
    }
}
