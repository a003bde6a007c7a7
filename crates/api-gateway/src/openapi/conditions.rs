//! Headers that many operations share: conditions on the version, and names of requests.

use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Required, ResponseBuilder};

use protocol::caller::LONGEST_IDEMPOTENCY_KEY;

/// POSTs that change nothing, or the same thing when repeated: they need neither a name nor a condition.
const REPEATABLE: [&str; 7] = [
    "/auth/logout",
    "/ai/search/semantic",
    "/ai/pathways/similar",
    "/ai/credits/validate",
    "/ai/outcomes/extract",
    "/ai/embeddings",
    "/ai/feedback",
];
/// Steps of signing in: their answers hold secrets, so none is kept.
const UNKEPT: &str = "/auth/";
/// Objects that have no versions.
const VERSIONLESS: [&str; 2] = ["/sessions", "/webhooks"];

const IGNORED: &str =
    "An `Idempotency-Key` is ignored: sent again, the request does no more than it did.";
const REFUSED: &str =
    "An `Idempotency-Key` is refused with 400: the answer may hold secrets and is not kept.";
const NO_VERSION: &str =
    "What it changes has no version: an `If-Match` other than `*` is refused with 400.";

/// Whether it makes no difference that an operation of the API is repeated.
pub(crate) fn is_repeatable(method: &str, path: &str) -> bool {
    method.eq_ignore_ascii_case("get") || REPEATABLE.iter().any(|part| path.ends_with(part))
}

/// Whether the answer is kept under the name that a client gives its request.
pub(crate) fn keeps_names(method: &str, path: &str) -> bool {
    method.eq_ignore_ascii_case("post") && !is_repeatable(method, path) && !path.contains(UNKEPT)
}

/// Whether what an operation changes has a version that the client may have seen.
pub(crate) fn has_version(method: &str, path: &str) -> bool {
    let changes_one = !method.eq_ignore_ascii_case("post") || path.contains("{id}");
    changes_one
        && !is_repeatable(method, path)
        && !VERSIONLESS.iter().any(|part| path.contains(part))
}

/// Adds what a method of the API takes and gives besides its body.
pub(super) fn add(method: &str, path: &str, operation: &mut Operation) {
    if !path.starts_with("/api/") {
        return;
    }
    // A file has neither members to select nor a tag.
    let is_file = path.ends_with("/export") || path.ends_with("/content");
    match method {
        "get" if is_file => {}
        "get" => {
            parameter(operation, if_none_match());
            parameter(operation, fields());
            let unchanged = ResponseBuilder::new()
                .description("The client already has this content.")
                .header("ETag", entity_tag())
                .build();
            operation
                .responses
                .responses
                .insert("304".into(), unchanged.into());
        }
        method => {
            if keeps_names(method, path) {
                parameter(operation, idempotency_key());
            } else if method == "post" {
                let fate = if is_repeatable(method, path) {
                    IGNORED
                } else {
                    REFUSED
                };
                note(operation, fate);
            }
            if has_version(method, path) {
                parameter(operation, if_match());
            } else if method != "post" || path.contains("{id}") {
                note(operation, NO_VERSION);
            }
        }
    }
    for (status, answer) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (status.starts_with('2') && !is_file, answer) {
            response.headers.insert("ETag".into(), entity_tag().into());
        }
    }
}

fn note(operation: &mut Operation, sentence: &str) {
    let description = operation.description.get_or_insert_default();
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str(sentence);
}

/// Whether an operation can be refused for a stale `If-Match`.
pub(super) fn has_if_match(operation: &Operation) -> bool {
    operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(it) if it.name == "If-Match"))
}

fn parameter(operation: &mut Operation, parameter: Parameter) {
    operation
        .parameters
        .get_or_insert_default()
        .push(parameter.into());
}

fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema.schema_type(Type::String).build()))
        .build()
}

fn fields() -> Parameter {
    ParameterBuilder::new()
        .name("fields")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(
            "Only these members of `data`, or of each of its rows, such as `id,title`.",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^[A-Za-z_]+(,[A-Za-z_]+)*$")),
        ))
        .build()
}

fn if_match() -> Parameter {
    header(
        "If-Match",
        "The `ETag` that the client has seen, or `*`: another version is refused with 412.",
        ObjectBuilder::new().pattern(Some(r#"^(\*|(W/)?"[!#-~]*")$"#)),
    )
}

fn if_none_match() -> Parameter {
    header(
        "If-None-Match",
        "`ETag`s that the client has: the same content is answered with 304 and no body.",
        ObjectBuilder::new(),
    )
}

fn idempotency_key() -> Parameter {
    header(
        "Idempotency-Key",
        "A name for this request, chosen by the client: sent again within 24 hours with the same body, the answer is the first one and nothing is done twice; with another body it is refused with 422. A request that failed is not remembered.",
        ObjectBuilder::new()
            .min_length(Some(1))
            .max_length(Some(LONGEST_IDEMPOTENCY_KEY))
            .pattern(Some("^[!-~]+$")),
    )
}

fn entity_tag() -> Header {
    let mut header = Header::new(ObjectBuilder::new().schema_type(Type::String));
    header.description = Some("Names the version and the content of `data`.".into());
    header
}
