//! The two shapes of an error: our envelope, and RFC 9457.

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::Failure;
use serde::Serialize;
use utoipa::ToSchema;

use super::Occasion;

/// The error envelope.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorEnvelope {
    /// Always false.
    #[schema(example = false)]
    success: bool,
    error: ErrorBody,
    metadata: ErrorMetadata,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Stable name of the error.
    #[schema(value_type = crate::dto::vocabulary::ErrorCode)]
    code: &'static str,
    /// A sentence for people.
    #[schema(value_type = String, example = "there is no such micro-credential")]
    message: String,
    /// Broken rules, field by field; empty when no field is at fault.
    details: Vec<ErrorDetail>,
}

/// One broken rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// Path of the field or name of the parameter.
    #[schema(example = "outcomes[0].outcomeText")]
    field: String,
    /// What is wrong and what would be right.
    #[schema(example = "must not be empty")]
    message: String,
}

/// About the answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorMetadata {
    timestamp: DateTime<Utc>,
    request_id: String,
    path: String,
}

/// The same error as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Name of the kind of problem, a URN.
    #[serde(rename = "type")]
    #[schema(example = "urn:bccb:error:NOT_FOUND")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    /// Path of the request.
    instance: String,
    #[schema(value_type = crate::dto::vocabulary::ErrorCode)]
    code: &'static str,
    request_id: String,
    timestamp: DateTime<Utc>,
    errors: Vec<ProblemDetail>,
}

/// One broken rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDetail {
    /// JSON pointer of the field, as a URI fragment.
    #[schema(example = "#/outcomes/0/outcomeText")]
    pointer: String,
    detail: String,
}

pub(super) fn envelope(failure: &Failure, occasion: &Occasion) -> ErrorEnvelope {
    ErrorEnvelope {
        success: false,
        error: ErrorBody {
            code: failure.code.as_str(),
            message: failure.message.clone().into_owned(),
            details: failure
                .fields
                .iter()
                .map(|violation| ErrorDetail {
                    field: violation.field.clone(),
                    message: violation.message.clone(),
                })
                .collect(),
        },
        metadata: ErrorMetadata {
            timestamp: Utc::now(),
            request_id: occasion.request_id.clone(),
            path: occasion.path.clone(),
        },
    }
}

pub(super) fn problem(failure: &Failure, status: StatusCode, occasion: &Occasion) -> Problem {
    Problem {
        kind: format!("urn:bccb:error:{}", failure.code),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: failure.message.clone().into_owned(),
        instance: occasion.path.clone(),
        code: failure.code.as_str(),
        request_id: occasion.request_id.clone(),
        timestamp: Utc::now(),
        errors: failure
            .fields
            .iter()
            .map(|violation| ProblemDetail {
                pointer: pointer(&violation.field),
                detail: violation.message.clone(),
            })
            .collect(),
    }
}

/// `outcomes[0].outcomeText` → `#/outcomes/0/outcomeText`.
fn pointer(field: &str) -> String {
    let parts = field.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts.fold(String::from("#"), |pointer, part| {
        pointer + "/" + &part.replace('~', "~0").replace('/', "~1")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_pointers() {
        assert_eq!(
            pointer("outcomes[0].outcomeText"),
            "#/outcomes/0/outcomeText"
        );
        assert_eq!(pointer(""), "#");
    }
}
