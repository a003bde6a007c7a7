//! The name of a request across all processes.

use std::time::UNIX_EPOCH;

use actix_web::dev::Extensions;
use actix_web::http::header::{HeaderMap, HeaderName};
use uuid::{Builder, Uuid};

/// Header that carries the name, in and out.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 64;

/// The name of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// The client's name for the request when it is a sane one, a new UUID otherwise.
    pub(crate) fn choose(headers: &HeaderMap) -> Self {
        let stated = headers
            .get(&HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|text| is_sane(text));
        Self(stated.map_or_else(|| fresh().to_string(), ToOwned::to_owned))
    }

    /// The name that the first middleware has left in the request.
    pub(crate) fn of(extensions: &Extensions) -> String {
        extensions
            .get::<Self>()
            .map(|id| id.0.clone())
            .unwrap_or_default()
    }
}

/// A UUID of version 7. Its random part comes from the generator of this thread: `Uuid::now_v7` asks the kernel every time.
fn fresh() -> Uuid {
    let since = UNIX_EPOCH.elapsed().unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
}

fn is_sane(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_names_are_of_version_7_and_apart() {
        let (first, second) = (fresh(), fresh());

        assert_eq!(first.get_version_num(), 7);
        assert!(first.get_timestamp().is_some());
        assert_ne!(first, second);
    }

    #[test]
    fn only_sane_names_are_taken_over() {
        for good in ["a", "01890b2e-7c3d", "job_7.retry"] {
            assert!(is_sane(good), "{good}");
        }
        for bad in ["", "a b", "a\"b", "ä", &"x".repeat(65)] {
            assert!(!is_sane(bad), "{bad}");
        }
    }
}
