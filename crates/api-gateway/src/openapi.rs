//! The OpenAPI 3.1 document, made from the handlers.

mod access;
mod components;
pub(crate) mod conditions;
mod parameters;

use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{Ref, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContactBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder,
    OpenApi, RefOr, ResponseBuilder, ServerBuilder,
};
use utoipa::{OpenApi as _, ToSchema};

pub(crate) use self::parameters::query_parameters;
use crate::error::{ErrorEnvelope, Problem};
use crate::routes::Documented;

const DESCRIPTION: &str = "Micro-credentials of a province: who offers them, who recognises them, where they lead.

Answers stand in an envelope: `success`, `data`, `metadata`, and `pagination` for lists. Errors have `code`, `message` and `details`; with `Accept: application/problem+json` they come as RFC 9457. `/api/…` without a version answers as `/api/v1/…`.

What is no HTTP request, or none that came in time, is refused by the parser before there is a request: such a 400 (request line, header or length of the body cannot be read), 408 (the head took too long) or 431 (a head of more than 96 fields or of 128 KiB) has no body, no envelope and no `X-Request-Id`, and ends the connection.

Requests are limited: see the fields `RateLimit` and `X-RateLimit-*` of every answer. `X-Request-Id` names a request; send your own, or quote ours.

A condition is never dropped in silence: what changes something and takes no `If-Match`, or keeps no answer under an `Idempotency-Key`, refuses such a header with 400. `If-Match: *` always holds. Requests that may be repeated as they are ignore both; GET, PUT and DELETE need no key and ignore one.

A web app on the same origin may keep its session in cookies that no script can read: sign in with `X-Session-Mode: cookie`. What then changes anything repeats the cookie `__Host-bccb-csrf` in the header `X-CSRF-Token`; without it, with that of another session, or from another site it is refused with 403. A token in `Authorization` goes first and needs no such header.";

const TAGS: [(&str, &str); 12] = [
    ("auth", "Accounts and sessions."),
    ("users", "People."),
    ("institutions", "Who offers and who recognises."),
    ("credentials", "Micro-credentials and their workflow."),
    ("recognitions", "Decisions to give credit."),
    ("pathways", "Ways into a program."),
    (
        "ai",
        "Search by meaning, likeness, credit assessment, vectors.",
    ),
    ("stats", "Figures for dashboards."),
    ("audit", "The record of decisions."),
    ("webhooks", "Who hears of changes."),
    ("reports", "Files that are made in the background."),
    ("health", "Probes."),
];

/// One of the answers that many operations share.
struct SharedAnswer {
    name: &'static str,
    status: &'static str,
    description: &'static str,
    retry_after: bool,
}

const fn shared(
    name: &'static str,
    status: &'static str,
    description: &'static str,
) -> SharedAnswer {
    SharedAnswer {
        name,
        status,
        description,
        retry_after: false,
    }
}

const fn waiting(
    name: &'static str,
    status: &'static str,
    description: &'static str,
) -> SharedAnswer {
    SharedAnswer {
        name,
        status,
        description,
        retry_after: true,
    }
}

const MALFORMED: SharedAnswer = shared("Malformed", "400", "Malformed JSON, parameter or header.");
const UNAUTHENTICATED: SharedAnswer = shared(
    "Unauthenticated",
    "401",
    "No, bad or old token; wrong e-mail or password.",
);
const FORBIDDEN: SharedAnswer = shared("Forbidden", "403", "Signed in, not allowed.");
const NOT_FOUND: SharedAnswer = shared("NotFound", "404", "Absent, or not for the caller to see.");
const GONE: SharedAnswer = shared("Gone", "410", "Was there and is withdrawn.");
const CONFLICT: SharedAnswer = shared(
    "Conflict",
    "409",
    "A unique key is taken, or the workflow has no such step from here.",
);
const STALE: SharedAnswer = shared(
    "Stale",
    "412",
    "The object has changed since the client read it (`If-Match`).",
);
const TOO_LARGE: SharedAnswer = shared("TooLarge", "413", "The body is larger than 1 MiB.");
const UNSUPPORTED: SharedAnswer = shared(
    "UnsupportedMediaType",
    "415",
    "The body is not application/json.",
);
const FILE_TOO_LARGE: SharedAnswer =
    shared("FileTooLarge", "413", "The file is larger than 64 MiB.");
const NO_FILE: SharedAnswer = shared(
    "UnsupportedFileType",
    "415",
    "The body is neither text/csv nor application/x-ndjson.",
);
const INVALID: SharedAnswer = shared(
    "Invalid",
    "422",
    "A rule of a field is broken; all of them are listed.",
);
const RATE_LIMITED: SharedAnswer = waiting("RateLimited", "429", "Too many requests.");
const INTERNAL: SharedAnswer = shared("Internal", "500", "Our fault.");
const AI_FAILED: SharedAnswer = shared("AiFailed", "502", "The AI service failed.");
const UNAVAILABLE: SharedAnswer = waiting(
    "Unavailable",
    "503",
    "A service behind this one is away or has too much to do.",
);
const TIMED_OUT: SharedAnswer = shared("TimedOut", "504", "The answer did not come in time.");

const ALL: [SharedAnswer; 17] = [
    FILE_TOO_LARGE,
    NO_FILE,
    STALE,
    GONE,
    MALFORMED,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    CONFLICT,
    TOO_LARGE,
    UNSUPPORTED,
    INVALID,
    RATE_LIMITED,
    INTERNAL,
    AI_FAILED,
    UNAVAILABLE,
    TIMED_OUT,
];

/// The whole document.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = Documented::openapi();
    document.info = InfoBuilder::new()
        .title("BCCB micro-credentials")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .contact(Some(ContactBuilder::new().name(Some("BCCB")).build()))
        .license(Some(
            LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ))
        .build();
    document.servers = Some(vec![ServerBuilder::new().url("/").build()]);
    document.tags = Some(
        TAGS.iter()
            .map(|(name, description)| {
                TagBuilder::new()
                    .name(*name)
                    .description(Some(*description))
                    .build()
            })
            .collect(),
    );
    add_components(document.components.get_or_insert_default());
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            conditions::add(method, path, operation);
            add_answers(path, operation);
            access::add(method, path, operation);
        }
    }
    components::prune(&mut document);
    document
}

fn add_components(components: &mut Components) {
    let mut schemas = vec![
        (
            ErrorEnvelope::name().into_owned(),
            <ErrorEnvelope as utoipa::PartialSchema>::schema(),
        ),
        (
            Problem::name().into_owned(),
            <Problem as utoipa::PartialSchema>::schema(),
        ),
    ];
    ErrorEnvelope::schemas(&mut schemas);
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some("The access token of `POST /api/v1/auth/login`."))
                .build(),
        ),
    );
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            crate::cookie::ACCESS,
            "Set by `POST /api/v1/auth/login` with `X-Session-Mode: cookie`; changes need `X-CSRF-Token` too.",
        ))),
    );
    for answer in ALL {
        let mut response = ResponseBuilder::new()
            .description(answer.description)
            .content("application/json", content("ErrorEnvelope"))
            .content("application/problem+json", content("Problem"));
        if answer.retry_after {
            let mut header = Header::new(ObjectBuilder::new().schema_type(Type::Integer));
            header.description = Some("Seconds to wait.".into());
            response = response.header("Retry-After", header);
        }
        components
            .responses
            .insert(answer.name.into(), response.build().into());
    }
}

fn content(schema: &str) -> utoipa::openapi::Content {
    ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(schema)))
        .build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("delete", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Adds the errors that follow from what an operation takes and who may call it.
fn add_answers(path: &str, operation: &mut Operation) {
    if !path.starts_with("/api/") {
        return;
    }
    let mut answers = vec![MALFORMED, RATE_LIMITED, INTERNAL, UNAVAILABLE, TIMED_OUT];
    let closed = operation.security.is_some();
    // Public reads refuse a bad token; sign-in and refresh refuse a bad secret.
    if closed || !path.ends_with("/register") {
        answers.push(UNAUTHENTICATED);
    }
    // A disabled account is told so where it signs in; whoever sends cookies has to prove that it is their own page that asks.
    let with_cookies = path.ends_with("/refresh") || path.ends_with("/semantic");
    if closed || path.ends_with("/login") || with_cookies {
        answers.push(FORBIDDEN);
    }
    let writes = closed && !path.contains("/ai/") && !path.contains("/auth/");
    let names_others = writes && operation.request_body.is_some();
    if path.contains("{id}")
        || path.ends_with("/audit/verify")
        || path.ends_with("/users/me")
        || path.contains("/ai/")
        || names_others
    {
        answers.push(NOT_FOUND);
    }
    let offer = [
        "/credentials/{id}",
        "/outcomes",
        "/prerequisites",
        "/diagram",
    ];
    if path.contains("/credentials/{id}") && offer.iter().any(|end| path.ends_with(end)) {
        answers.push(GONE);
    }
    if path.contains("/ai/") {
        answers.push(AI_FAILED);
    }
    if path.ends_with("/import") {
        answers.extend([FILE_TOO_LARGE, NO_FILE, INVALID, CONFLICT]);
    } else if operation.request_body.is_some() {
        answers.extend([TOO_LARGE, UNSUPPORTED, INVALID]);
    }
    if (writes && operation.responses.responses.contains_key("201"))
        || (path.ends_with("/reports") && operation.request_body.is_some())
        || path.ends_with("/email/confirm")
        || (writes && path.contains("{id}"))
    {
        answers.push(CONFLICT);
    }
    if conditions::has_if_match(operation) {
        answers.push(STALE);
    }
    let named = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(it) if it.name == "Idempotency-Key"));
    if named {
        answers.push(INVALID);
    }
    for answer in answers {
        operation.responses.responses.insert(
            answer.status.into(),
            RefOr::Ref(Ref::from_response_name(answer.name)),
        );
    }
}

#[cfg(test)]
mod tests;
