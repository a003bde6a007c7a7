//! The cookies of a browser's session.
//!
//! A browser that signs in with `X-Session-Mode: cookie` gets its tokens as cookies that no script can read. Their names
//! begin with `__Host-`: the browser keeps them to HTTPS, to this host and to all of its paths, and nothing else can set
//! them. A third cookie, which scripts can read, is the proof against forged requests: see [`crate::token::csrf`].

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use domain::Failure;

/// The access token.
pub(crate) const ACCESS: &str = "__Host-bccb-access";
/// The session's identifier, a dot, and the refresh token.
pub(crate) const REFRESH: &str = "__Host-bccb-refresh";
/// The proof, to be repeated in the header `X-CSRF-Token`.
pub(crate) const CSRF: &str = "__Host-bccb-csrf";

/// Who may read a cookie in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readable {
    /// No script.
    ByNoScript,
    /// The scripts of our own pages.
    ByScripts,
}

/// Reads a cookie of a request; `None` when it is absent, empty, or there twice.
pub(crate) fn read<'request>(headers: &'request HeaderMap, name: &str) -> Option<&'request str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(cookie, _)| *cookie == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    (values.next().is_none() && !value.is_empty()).then_some(value)
}

/// Makes the browser keep a cookie for a while.
///
/// # Errors
/// `INTERNAL_ERROR` for a value that no header can carry.
pub(crate) fn keep(
    name: &str,
    value: &str,
    lifetime: Duration,
    readable: Readable,
) -> Result<HeaderValue, Failure> {
    let hidden = match readable {
        Readable::ByNoScript => "; HttpOnly",
        Readable::ByScripts => "",
    };
    let seconds = lifetime.as_secs();
    let text =
        format!("{name}={value}; Max-Age={seconds}; Path=/; Secure; SameSite=Strict{hidden}");
    HeaderValue::from_str(&text).map_err(Failure::internal)
}

/// Makes the browser forget every cookie of ours.
pub(crate) fn forget_all() -> Vec<HeaderValue> {
    [ACCESS, REFRESH, CSRF]
        .iter()
        .filter_map(|name| keep(name, "", Duration::ZERO, Readable::ByNoScript).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_only_when_it_is_one() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; __Host-bccb-csrf=x=y; b"),
        );
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("twice=1; twice=2; empty="),
        );

        assert_eq!(read(&headers, CSRF), Some("x=y"));
        assert_eq!(read(&headers, "twice"), None);
        assert_eq!(read(&headers, "empty"), None);
        assert_eq!(read(&headers, ACCESS), None);
    }

    #[test]
    fn cookies_are_bound_to_the_host_and_hidden_unless_they_must_be_read() {
        let life = Duration::from_secs(900);
        let hidden = keep(ACCESS, "t", life, Readable::ByNoScript).unwrap();
        let open = keep(CSRF, "t", life, Readable::ByScripts).unwrap();

        assert_eq!(
            hidden,
            "__Host-bccb-access=t; Max-Age=900; Path=/; Secure; SameSite=Strict; HttpOnly"
        );
        assert_eq!(
            open,
            "__Host-bccb-csrf=t; Max-Age=900; Path=/; Secure; SameSite=Strict"
        );
        assert!(keep(ACCESS, "a\r\nb", life, Readable::ByNoScript).is_err());
        assert_eq!(forget_all().len(), 3);
    }
}
