//! Entity tags: `"<version>-<digest>"` for one object, `"<digest>"` for everything else.
//!
//! The digest is of `data` (and `pagination`), not of the envelope, whose metadata differ from answer to answer. It also
//! covers what is embedded in an object, so that `If-None-Match` notices a new recognition of a credential; `If-Match` looks
//! at the version alone, so that such a change beside the object does not stop anyone from writing the object itself.

use actix_web::http::header::{self, HeaderMap};
use sha2::{Digest, Sha256};

/// Bytes of the digest that go into a tag.
const DIGEST_BYTES: usize = 12;

/// The tag of some content, in its quotes.
pub(crate) fn of(version: Option<i64>, parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let digest = hex::encode(digest.get(..DIGEST_BYTES).unwrap_or(&digest));
    match version {
        Some(version) => format!("\"{version}-{digest}\""),
        None => format!("\"{digest}\""),
    }
}

/// The version that a tag names, without its quotes; the version alone will do.
pub(crate) fn version(opaque: &str) -> Option<i64> {
    let number = opaque.split_once('-').map_or(opaque, |(number, _)| number);
    number.parse().ok().filter(|version| *version > 0)
}

/// Whether the client already has the content with this tag (`If-None-Match`, compared weakly as RFC 9110 asks).
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn a_tag_names_its_version() {
        let tag = of(Some(7), &[b"x"]);

        assert_eq!(version(tag.trim_matches('"')), Some(7));
        assert_eq!(version("7"), Some(7));
    }

    #[test]
    fn what_is_no_version_of_ours_is_none() {
        for odd in ["", "-", "x-1", "0", "-7", "9223372036854775808"] {
            assert_eq!(version(odd), None, "{odd}");
        }
    }

    #[test]
    fn other_content_has_another_tag() {
        assert_ne!(of(None, &[b"x"]), of(None, &[b"y"]));
        assert_ne!(of(Some(1), &[b"x"]), of(Some(2), &[b"x"]));
    }

    #[test]
    fn a_known_tag_is_found_in_a_list() {
        assert!(is_known(&headers("\"a\", W/\"b\""), "\"b\""));
        assert!(is_known(&headers("*"), "\"b\""));
        assert!(!is_known(&headers("\"a\""), "\"b\""));
    }
}
