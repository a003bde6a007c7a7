//! The one error that crosses our boundaries: a public face, and a private cause that is only ever logged.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use strum::{IntoStaticStr, VariantArray};

type Cause = Box<dyn Error + Send + Sync>;

/// What kind of thing went wrong. Each protocol maps kinds once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum ErrorKind {
    /// The request could not be read.
    Malformed,
    /// The request was read and breaks a rule of the field.
    Invalid,
    /// Nobody, or somebody with a bad token.
    Unauthenticated,
    /// Somebody who may not.
    Forbidden,
    /// Absent, or another institution's private object.
    NotFound,
    /// Was there and is withdrawn.
    Gone,
    /// Collides with what is on record.
    Conflict,
    /// The caller's picture of the object is old.
    Precondition,
    /// More bytes than allowed.
    TooLarge,
    /// A content type that is not spoken here.
    UnsupportedMediaType,
    /// The caller has asked too often.
    RateLimited,
    /// We have too much to do.
    Overloaded,
    /// Something that we depend on is away.
    Unavailable,
    /// The answer did not come in time.
    Timeout,
    /// Something that we depend on answered with an error of its own.
    BadUpstream,
    /// Our fault.
    Internal,
}

/// The stable public name of an error.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray, strum::EnumString,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// Malformed JSON, parameter or header.
    InvalidFormat,
    /// A rule of the field is broken.
    ValidationError,
    /// A required field is missing.
    RequiredFieldMissing,
    /// A value is not in its closed list.
    InvalidEnumValue,
    /// A number is out of its range.
    ValueOutOfRange,
    /// No token.
    TokenMissing,
    /// A token that we did not sign, or not for this.
    TokenInvalid,
    /// A token past its time.
    TokenExpired,
    /// E-mail or password is wrong.
    AuthenticationError,
    /// Signed in and not allowed.
    AuthorizationError,
    /// The account is disabled.
    AccountDisabled,
    /// No such object.
    NotFound,
    /// The object was withdrawn.
    ResourceDeleted,
    /// Collides with another change.
    Conflict,
    /// A unique key is taken.
    DuplicateKey,
    /// A reference or check of the database forbids it.
    ConstraintViolation,
    /// The workflow has no such step from here.
    InvalidTransition,
    /// `If-Match` does not name the current version.
    PreconditionFailed,
    /// The body is too large.
    PayloadTooLarge,
    /// The body is of a type not spoken here.
    UnsupportedMediaType,
    /// Too many requests.
    RateLimitExceeded,
    /// Ours.
    InternalError,
    /// The AI service answered with an error of its own.
    AiServiceError,
    /// The AI service was too slow.
    AiServiceTimeout,
    /// A dependency is away, or we are overloaded.
    ServiceUnavailable,
    /// The database is away.
    DatabaseError,
    /// The answer did not come in time.
    RequestTimeout,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: &'static [Self] = <Self as VariantArray>::VARIANTS;

    /// The public spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The kind that this code belongs to.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::InvalidFormat => ErrorKind::Malformed,
            Self::ValidationError
            | Self::RequiredFieldMissing
            | Self::InvalidEnumValue
            | Self::ValueOutOfRange => ErrorKind::Invalid,
            Self::TokenMissing
            | Self::TokenInvalid
            | Self::TokenExpired
            | Self::AuthenticationError => ErrorKind::Unauthenticated,
            Self::AuthorizationError | Self::AccountDisabled => ErrorKind::Forbidden,
            Self::NotFound => ErrorKind::NotFound,
            Self::ResourceDeleted => ErrorKind::Gone,
            Self::Conflict
            | Self::DuplicateKey
            | Self::ConstraintViolation
            | Self::InvalidTransition => ErrorKind::Conflict,
            Self::PreconditionFailed => ErrorKind::Precondition,
            Self::PayloadTooLarge => ErrorKind::TooLarge,
            Self::UnsupportedMediaType => ErrorKind::UnsupportedMediaType,
            Self::RateLimitExceeded => ErrorKind::RateLimited,
            Self::InternalError => ErrorKind::Internal,
            Self::AiServiceError => ErrorKind::BadUpstream,
            Self::AiServiceTimeout | Self::RequestTimeout => ErrorKind::Timeout,
            Self::ServiceUnavailable | Self::DatabaseError => ErrorKind::Unavailable,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One broken rule: where and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path of the field as the caller wrote it, for example `outcomes[0].outcomeText`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// An error as the caller may see it, with a cause that only the log sees.
#[derive(Debug)]
pub struct Failure {
    /// Stable public name.
    pub code: ErrorCode,
    /// A sentence for the caller.
    pub message: Cow<'static, str>,
    /// Broken rules; empty unless the input is at fault.
    pub fields: Vec<FieldViolation>,
    /// When it may be worth trying again.
    pub retry_after: Option<Duration>,
    overloaded: bool,
    cause: Option<Cause>,
}

impl Failure {
    /// A failure with a sentence for the caller.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Vec::new(),
            retry_after: None,
            overloaded: false,
            cause: None,
        }
    }

    /// The request could not be read.
    #[must_use]
    pub fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidFormat, message)
    }

    /// The request breaks rules; all of them at once, as `VALIDATION_ERROR`.
    #[must_use]
    pub fn invalid(fields: Vec<FieldViolation>) -> Self {
        let message = match fields.as_slice() {
            [only] => Cow::Owned(format!("{}: {}", only.field, only.message)),
            several => Cow::Owned(format!("{} fields break a rule", several.len())),
        };
        Self {
            fields,
            ..Self::new(ErrorCode::ValidationError, message)
        }
    }

    /// One field breaks one rule.
    #[must_use]
    pub fn invalid_field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldViolation {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// No such object, or none that the caller may see.
    #[must_use]
    pub fn not_found(what: &'static str) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no such {what}"))
    }

    /// Our fault. The caller always reads the same sentence.
    #[must_use]
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(
            ErrorCode::InternalError,
            "something went wrong on our side; the request id helps us to find it",
        )
        .caused_by(cause)
    }

    /// Something that we depend on is away.
    #[must_use]
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(1)),
            ..Self::new(ErrorCode::ServiceUnavailable, message)
        }
    }

    /// We have too much to do.
    #[must_use]
    pub fn overloaded(retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            overloaded: true,
            ..Self::new(
                ErrorCode::ServiceUnavailable,
                "too much is being asked at once; try again shortly",
            )
        }
    }

    /// The answer did not come in time.
    #[must_use]
    pub fn timeout() -> Self {
        Self::new(ErrorCode::RequestTimeout, "the answer did not come in time")
    }

    /// Adds the private cause.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds broken rules.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldViolation>) -> Self {
        self.fields = fields;
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// The same failure for somebody else who has waited for the same thing; the cause becomes text.
    #[must_use]
    pub fn told_again(&self) -> Self {
        Self {
            code: self.code,
            message: self.message.clone(),
            fields: self.fields.clone(),
            retry_after: self.retry_after,
            overloaded: self.overloaded,
            cause: self.cause_chain().map(Cause::from),
        }
    }

    /// The kind of thing that went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        if self.overloaded {
            ErrorKind::Overloaded
        } else {
            self.code.kind()
        }
    }

    /// The private cause with its own causes, for the log.
    #[must_use]
    pub fn cause_chain(&self) -> Option<String> {
        let mut current = self.source();
        let mut chain = Vec::new();
        while let Some(error) = current {
            chain.push(error.to_string());
            current = error.source();
        }
        (!chain.is_empty()).then(|| chain.join(": "))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause: &(dyn Error + Send + Sync) = self.cause.as_deref()?;
        Some(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_face_never_holds_the_cause() {
        let failure = Failure::internal("password=hunter2 at 10.0.0.1");

        assert!(!failure.to_string().contains("hunter2"));
        assert_eq!(
            failure.cause_chain().as_deref(),
            Some("password=hunter2 at 10.0.0.1")
        );
    }

    #[test]
    fn a_failure_told_again_says_the_same() {
        let failure = Failure::overloaded(Duration::from_secs(3)).caused_by("queue full");

        let again = failure.told_again();

        assert_eq!(again.kind(), ErrorKind::Overloaded);
        assert_eq!(again.retry_after, failure.retry_after);
        assert_eq!(again.cause_chain(), failure.cause_chain());
    }

    #[test]
    fn overload_is_told_apart_from_absence() {
        assert_eq!(
            Failure::overloaded(Duration::from_secs(1)).kind(),
            ErrorKind::Overloaded
        );
        assert_eq!(Failure::unavailable("away").kind(), ErrorKind::Unavailable);
    }
}
