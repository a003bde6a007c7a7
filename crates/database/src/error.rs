//! What the database answered, sorted once.

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error};
use domain::{ErrorCode, Failure, FieldViolation};

/// Has the server say an error when a connection opens, and refuses one that speaks another language than English.
///
/// Our driver tells some errors apart by their English text only: in another language a timeout would read as a bug of ours.
/// Only a superuser may change the language, so the refusal says what to run.
pub const ENGLISH: &str = "DO $english$ BEGIN \
         PERFORM 1 / 0; \
     EXCEPTION WHEN division_by_zero THEN \
         IF SQLERRM <> 'division by zero' THEN \
             RAISE EXCEPTION 'the server tells errors in another language than English (\"%\"), in which this service cannot tell \
                 them apart; as a superuser, run: ALTER ROLE % SET lc_messages = ''C''', SQLERRM, quote_ident(current_user); \
         END IF; \
     END $english$";

/// An answer of the database that is not the one hoped for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row.
    #[error("there is no such row")]
    NotFound,
    /// A unique key is taken.
    #[error("the unique constraint `{0}` is taken")]
    Unique(String, #[source] Error),
    /// A referenced row is absent, or still referenced.
    #[error("the foreign key `{0}` forbids it")]
    ForeignKey(String, #[source] Error),
    /// A check refuses the row.
    #[error("the check `{0}` forbids it")]
    Check(String, #[source] Error),
    /// Two transactions collide; doing it again helps.
    #[error("the transaction collided with another")]
    Serialization(#[source] Error),
    /// The statement ran into its time limit.
    #[error("the statement took too long")]
    Timeout(#[source] Error),
    /// The connection is gone or the server does not take any.
    #[error("the database is away")]
    Unavailable(#[source] Error),
    /// A row holds what this version cannot read.
    #[error("the row holds an unknown value: {0}")]
    Corrupt(String),
    /// Everything else.
    #[error("the database refused the statement")]
    Other(#[source] Error),
}

impl StoreError {
    /// Turns one named unique constraint into a sentence for the caller.
    #[must_use]
    pub fn on_unique(self, constraint: &str, field: &str, message: &'static str) -> Failure {
        let taken = matches!(&self, Self::Unique(name, _) if name == constraint);
        if !taken {
            return self.into();
        }
        let violation = FieldViolation {
            field: field.to_owned(),
            message: message.to_owned(),
        };
        Failure::new(ErrorCode::DuplicateKey, message)
            .with_fields(vec![violation])
            .caused_by(self)
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        if matches!(error, Error::NotFound) {
            return Self::NotFound;
        }
        if matches!(error, Error::BrokenTransactionManager) {
            return Self::Unavailable(error);
        }
        let Error::DatabaseError(kind, information) = &error else {
            return Self::Other(error);
        };
        let constraint = information.constraint_name().unwrap_or("?").to_owned();
        let message = information.message();
        let begins = |beginning: &str| message.starts_with(beginning);
        // Our own driver has no code for these; their texts are the server's, in English: see `ENGLISH`.
        if begins("deadlock detected") {
            return Self::Serialization(error);
        }
        // A replica that replays a change of what it is reading; the primary has no such conflict.
        if begins("canceling statement due to conflict with recovery") {
            return Self::Unavailable(error);
        }
        if begins("canceling statement") {
            return Self::Timeout(error);
        }
        if begins("terminating connection") || begins("the database system is") {
            return Self::Unavailable(error);
        }
        // The disk is full: an operator's to mend, and until then like a database that is away.
        if begins("could not extend file") || message.contains("No space left on device") {
            return Self::Unavailable(error);
        }
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Unique(constraint, error),
            DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
                Self::ForeignKey(constraint, error)
            }
            DatabaseErrorKind::CheckViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::ExclusionViolation => Self::Check(constraint, error),
            DatabaseErrorKind::SerializationFailure => Self::Serialization(error),
            // Read-only: a standby that is not the primary yet, or a primary that an operator has closed for writers.
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(error),
            DatabaseErrorKind::Unknown | _ => Self::Other(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found("object").caused_by(error),
            StoreError::Unique(..) => {
                Self::new(ErrorCode::DuplicateKey, "a unique key is already taken").caused_by(error)
            }
            StoreError::ForeignKey(..) => Self::new(
                ErrorCode::ConstraintViolation,
                "it refers to an object that is not on record",
            )
            .caused_by(error),
            StoreError::Check(..) => Self::new(
                ErrorCode::ConstraintViolation,
                "a value is outside of what can be recorded",
            )
            .caused_by(error),
            StoreError::Serialization(_) => Self::new(
                ErrorCode::Conflict,
                "another change came in between; try again",
            )
            .retry_after(Duration::from_millis(100))
            .caused_by(error),
            StoreError::Timeout(_) => Self::timeout().caused_by(error),
            StoreError::Unavailable(_) => database_away().caused_by(error),
            StoreError::Corrupt(_) | StoreError::Other(_) => Self::internal(error),
        }
    }
}

/// The database is away; it is worth while to ask again in a second.
#[must_use]
pub fn database_away() -> Failure {
    Failure::new(ErrorCode::DatabaseError, "the database is away")
        .retry_after(Duration::from_secs(1))
}

/// Reads a value of a closed list out of a text column.
///
/// # Errors
/// [`StoreError::Corrupt`] when the list has no such value.
pub fn known<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::Corrupt(text.to_owned()))
}

/// Reads a value of a closed list out of a nullable text column.
///
/// # Errors
/// [`StoreError::Corrupt`] when the list has no such value.
pub fn known_or_null<T>(
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| known(text, parse)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: DatabaseErrorKind, message: &str) -> ErrorCode {
        let error = Error::DatabaseError(kind, Box::new(message.to_owned()));
        Failure::from(StoreError::from(error)).code
    }

    #[test]
    fn what_an_operator_has_to_mend_is_an_absence() {
        let full = "could not extend file \"base/5/16384\": No space left on device";
        let record = "could not write to file \"pg_wal/xlogtemp.7\": No space left on device";
        let closed = "cannot execute INSERT in a read-only transaction";

        for (kind, message) in [
            (DatabaseErrorKind::Unknown, full),
            (DatabaseErrorKind::Unknown, record),
            (DatabaseErrorKind::ReadOnlyTransaction, closed),
        ] {
            assert_eq!(told(kind, message), ErrorCode::DatabaseError, "{message}");
        }
        assert_ne!(
            told(DatabaseErrorKind::Unknown, "division by zero"),
            ErrorCode::DatabaseError
        );
    }
}
