//! [`Failure`] ⇄ [`Status`]: the only place that knows gRPC codes.
//!
//! The code travels as `google.rpc.ErrorInfo.reason`, broken rules as `BadRequest`, waiting times as `RetryInfo`, so that a
//! client in any language can read them.

use domain::{ErrorCode, ErrorKind, Failure, FieldViolation};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

const ERROR_DOMAIN: &str = "bccb";
const OVERLOADED: &str = "overloaded";

/// The gRPC code of a kind.
#[must_use]
pub const fn code_of(kind: ErrorKind) -> Code {
    match kind {
        ErrorKind::Malformed | ErrorKind::Invalid | ErrorKind::UnsupportedMediaType => {
            Code::InvalidArgument
        }
        ErrorKind::Unauthenticated => Code::Unauthenticated,
        ErrorKind::Forbidden => Code::PermissionDenied,
        ErrorKind::NotFound | ErrorKind::Gone => Code::NotFound,
        ErrorKind::Conflict => Code::AlreadyExists,
        ErrorKind::Precondition => Code::FailedPrecondition,
        ErrorKind::TooLarge => Code::OutOfRange,
        ErrorKind::RateLimited | ErrorKind::Overloaded => Code::ResourceExhausted,
        ErrorKind::Unavailable => Code::Unavailable,
        ErrorKind::Timeout => Code::DeadlineExceeded,
        ErrorKind::BadUpstream | ErrorKind::Internal => Code::Internal,
    }
}

/// Turns a failure into a status, and logs what the caller must not see.
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "used as `map_err(into_status)`; a failure is answered once"
)]
pub fn into_status(failure: Failure) -> Status {
    let kind = failure.kind();
    match kind {
        ErrorKind::Internal | ErrorKind::BadUpstream => {
            tracing::error!(code = %failure.code, cause = failure.cause_chain(), "request failed");
        }
        ErrorKind::Unavailable | ErrorKind::Overloaded | ErrorKind::Timeout => {
            tracing::warn!(code = %failure.code, cause = failure.cause_chain(), "request refused");
        }
        ErrorKind::Malformed
        | ErrorKind::Invalid
        | ErrorKind::Unauthenticated
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Gone
        | ErrorKind::Conflict
        | ErrorKind::Precondition
        | ErrorKind::TooLarge
        | ErrorKind::UnsupportedMediaType
        | ErrorKind::RateLimited => {}
    }
    let mut metadata = std::collections::HashMap::new();
    if kind == ErrorKind::Overloaded {
        metadata.insert(OVERLOADED.to_owned(), "true".to_owned());
    }
    let mut details = ErrorDetails::with_error_info(failure.code.as_str(), ERROR_DOMAIN, metadata);
    for violation in &failure.fields {
        details.add_bad_request_violation(violation.field.clone(), violation.message.clone());
    }
    if failure.retry_after.is_some() {
        details.set_retry_info(failure.retry_after);
    }
    Status::with_error_details(code_of(kind), failure.message.clone(), details)
}

/// Reads a status of one of our services, or of the transport below it.
#[must_use]
pub fn from_status(status: Status) -> Failure {
    let details = status.get_error_details();
    let stated = details
        .error_info()
        .filter(|info| info.domain == ERROR_DOMAIN)
        .and_then(|info| {
            info.reason
                .parse::<ErrorCode>()
                .ok()
                .map(|code| (code, info.metadata.contains_key(OVERLOADED)))
        });
    let Some((code, overloaded)) = stated else {
        return from_bare(status);
    };
    let retry_after = details.retry_info().and_then(|info| info.retry_delay);
    let mut failure = if overloaded {
        Failure::overloaded(retry_after.unwrap_or(std::time::Duration::from_secs(1)))
    } else {
        Failure::new(code, status.message().to_owned())
    };
    failure.retry_after = retry_after;
    failure.fields = details
        .bad_request()
        .map(|request| {
            request
                .field_violations
                .iter()
                .map(|violation| FieldViolation {
                    field: violation.field.clone(),
                    message: violation.description.clone(),
                })
                .collect()
        })
        .unwrap_or_default();
    failure
}

/// A status without our details comes from the transport: a dead peer, a limit, a passed deadline.
fn from_bare(status: Status) -> Failure {
    match status.code() {
        // tonic says CANCELLED "Timeout expired" when its own timer ends a call.
        Code::DeadlineExceeded | Code::Cancelled => Failure::timeout().caused_by(status),
        Code::Unavailable => {
            Failure::unavailable("a service behind this one is away").caused_by(status)
        }
        Code::ResourceExhausted => {
            Failure::overloaded(std::time::Duration::from_secs(1)).caused_by(status)
        }
        Code::Ok
        | Code::Unknown
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::Aborted
        // A message over the limit: ours, since what callers send is bounded far below it.
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss
        | Code::Unauthenticated => Failure::internal(status),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_code_comes_back_as_it_went() {
        for code in ErrorCode::ALL {
            let sent = Failure::new(*code, "a sentence")
                .with_fields(vec![FieldViolation {
                    field: "title".into(),
                    message: "must not be empty".into(),
                }])
                .retry_after(Duration::from_secs(3));

            let received = from_status(into_status(sent));

            assert_eq!(received.code, *code);
            assert_eq!(received.message, "a sentence");
            assert_eq!(received.fields.len(), 1);
            assert_eq!(received.retry_after, Some(Duration::from_secs(3)));
        }
    }

    #[test]
    fn overload_comes_back_as_overload() {
        let received = from_status(into_status(Failure::overloaded(Duration::from_secs(2))));

        assert_eq!(received.kind(), ErrorKind::Overloaded);
    }

    #[test]
    fn a_cause_never_travels() {
        let status = into_status(Failure::internal("relation \"users\" does not exist"));

        assert!(!format!("{status:?}").contains("relation"));
    }

    #[test]
    fn both_ways_of_saying_too_late_are_understood() {
        for status in [
            Status::cancelled("Timeout expired"),
            Status::deadline_exceeded("late"),
        ] {
            assert_eq!(from_status(status).kind(), ErrorKind::Timeout);
        }
    }
}
