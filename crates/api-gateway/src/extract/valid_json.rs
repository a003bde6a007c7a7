//! JSON bodies: the right type, not too large, every field known.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use domain::{ErrorCode, ErrorKind, Failure, FieldViolation};
use futures::StreamExt as _;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use serde_json::error::Category;

use super::rejection::{Flaw, describe};
use super::structure::flaws_of;
use crate::error::{ApiError, too_large};
use crate::routes::Found;
use crate::state::AppState;

/// Largest body.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Deepest nesting of lists and objects.
const MAX_DEPTH: usize = 64;
/// What is still read of a larger one, so that the client gets to see the answer.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// A body that was read in full.
#[derive(Debug)]
pub(crate) struct ValidJson<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for ValidJson<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = check_media(request);
        let method = request.method().clone();
        let route = Found::label_of(request);
        let limit = AppState::of(request).ok().map(|state| {
            let settings = &state.settings;
            settings.request_timeout.min(settings.slow_limit)
        });
        let payload = payload.take();
        Box::pin(async move {
            media?;
            let reading = read(payload);
            let body = match limit {
                Some(limit) => tokio::time::timeout(limit, reading)
                    .await
                    .unwrap_or_else(|_elapsed| Err(too_slow()))?,
                None => reading.await?,
            };
            let parsed = parse(&body).map_err(|first| {
                let others = others(&first, &body, |value| {
                    flaws_of(method.as_str(), route, value)
                });
                with_others(first, others)
            });
            Ok(Self(parsed?))
        })
    }
}

fn too_slow() -> Failure {
    Failure::malformed("the body did not come in time")
}

fn check_media(request: &HttpRequest) -> Result<(), Failure> {
    let refuse = |message| Err(Failure::new(ErrorCode::UnsupportedMediaType, message));
    if !request
        .content_type()
        .trim()
        .eq_ignore_ascii_case("application/json")
    {
        return refuse("the content type must be application/json");
    }
    let encoded = request
        .headers()
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if encoded {
        return refuse("the body must not be compressed");
    }
    Ok(())
}

async fn read(mut payload: Payload) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let mut seen = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Failure::malformed("the body ended early or was badly framed")
                .caused_by(error.to_string())
        })?;
        seen = seen.saturating_add(chunk.len());
        if seen > MAX_DISCARDED_BYTES {
            break;
        }
        if seen <= MAX_BODY_BYTES {
            body.extend_from_slice(&chunk);
        }
    }
    if seen > MAX_BODY_BYTES {
        Err(too_large())
    } else {
        Ok(body)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    if is_too_deep(body) {
        return Err(Failure::malformed(format!(
            "the body is nested deeper than {MAX_DEPTH} levels"
        )));
    }
    read_object(body).or_else(|failure| {
        // A body that breaks a rule and is no JSON either is no JSON first.
        serde_json::from_slice::<IgnoredAny>(body).map_err(|error| refuse("", &error))?;
        Err(failure)
    })
}

/// What else is wrong with a body that is JSON and breaks a rule.
fn others(first: &Failure, body: &[u8], flaws: impl FnOnce(&Value) -> Vec<Flaw>) -> Vec<Flaw> {
    if first.kind() != ErrorKind::Invalid {
        return Vec::new();
    }
    let mut found = serde_json::from_slice(body).map_or_else(|_| Vec::new(), |value| flaws(&value));
    found.retain(|flaw| first.fields.iter().all(|known| known.field != flaw.field));
    found
}

/// All flaws as one failure, under the name of the first when the others have the same.
fn with_others(first: Failure, others: Vec<Flaw>) -> Failure {
    if others.is_empty() {
        return first;
    }
    let is_same = others.iter().all(|flaw| flaw.code == first.code);
    let code = if is_same {
        first.code
    } else {
        ErrorCode::ValidationError
    };
    let more = others.into_iter().map(|flaw| FieldViolation {
        field: flaw.field,
        message: flaw.message,
    });
    let mut all = Failure::invalid(first.fields.into_iter().chain(more).collect());
    all.code = code;
    all
}

/// Whether lists and objects are nested too deep; what is no JSON may be judged either way.
fn is_too_deep(body: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in body {
        match (in_text, *byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'[' | b'{') => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            (_, _) => {}
        }
    }
    false
}

/// serde would read a list as an object without names; the contract has no such bodies.
fn read_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Failure::invalid_field("body", "must be an object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        refuse(&path, error.inner())
    })?;
    deserializer.end().map_err(|error| refuse("", &error))?;
    Ok(value)
}

fn refuse(path: &str, error: &serde_json::Error) -> Failure {
    match error.classify() {
        Category::Data => describe(path, &error.to_string()).into(),
        Category::Syntax | Category::Eof | Category::Io => Failure::malformed(format!(
            "the body is not JSON: line {}, column {}",
            error.line(),
            error.column()
        )),
    }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::InstitutionType;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only read")]
        name: String,
        #[expect(dead_code, reason = "only read")]
        kind: Option<InstitutionType>,
        #[expect(dead_code, reason = "only read")]
        parts: Option<Vec<Sample>>,
    }

    #[test]
    fn what_cannot_be_read_is_malformed_and_what_breaks_a_rule_is_invalid() {
        for body in [
            "",
            "{",
            "nope",
            r#"{"name":"a"} x"#,
            "\u{feff}{}",
            r#"{"name":"\ud800"}"#,
        ] {
            let failure = parse::<Sample>(body.as_bytes()).unwrap_err();
            assert_eq!(failure.code, ErrorCode::InvalidFormat, "{body}: {failure}");
        }
        for (body, code, field) in [
            ("{}", ErrorCode::RequiredFieldMissing, "name"),
            (r#"{"name":1}"#, ErrorCode::ValidationError, "name"),
            (
                r#"{"name":"a","extra":1}"#,
                ErrorCode::ValidationError,
                "extra",
            ),
            (
                r#"{"name":"a","kind":"SCHOOL"}"#,
                ErrorCode::InvalidEnumValue,
                "kind",
            ),
            (
                r#"{"name":"a","parts":[{"name":"b","x":1}]}"#,
                ErrorCode::ValidationError,
                "parts[0].x",
            ),
            (r#"["a"]"#, ErrorCode::ValidationError, "body"),
            ("7", ErrorCode::ValidationError, "body"),
        ] {
            let failure = parse::<Sample>(body.as_bytes()).unwrap_err();
            assert_eq!(
                (failure.code, failure.fields[0].field.as_str()),
                (code, field),
                "{body}: {failure}"
            );
        }
    }

    #[test]
    fn several_flaws_of_one_kind_keep_its_name() {
        let body = br#"{"extra":1}"#;
        let first = parse::<Sample>(br"{}").unwrap_err();
        let missing = |field: &str| Flaw {
            field: field.into(),
            message: "is required".into(),
            code: ErrorCode::RequiredFieldMissing,
        };

        let found = others(&first, body, |_| vec![missing("name"), missing("code")]);
        assert_eq!(found, [missing("code")], "the first is not named twice");
        let all = with_others(parse::<Sample>(br"{}").unwrap_err(), found);
        assert_eq!(
            (all.code, all.fields.len()),
            (ErrorCode::RequiredFieldMissing, 2)
        );
        let unknown = Flaw {
            code: ErrorCode::ValidationError,
            ..missing("extra")
        };
        let mixed = with_others(first, vec![unknown]);
        assert_eq!(mixed.code, ErrorCode::ValidationError);
        let broken = parse::<Sample>(b"{").unwrap_err();
        assert_eq!(others(&broken, b"{", |_| vec![missing("name")]), []);
    }

    #[test]
    fn a_deep_body_is_refused_without_harm() {
        let deep = "[".repeat(100_000);

        assert!(parse::<serde_json::Value>(deep.as_bytes()).is_err());
        let nested =
            |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(!is_too_deep(nested(MAX_DEPTH - 1).as_bytes()));
        assert!(is_too_deep(nested(MAX_DEPTH).as_bytes()));
        let text = format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(200));
        assert!(!is_too_deep(text.as_bytes()), "{text}");
    }
}
