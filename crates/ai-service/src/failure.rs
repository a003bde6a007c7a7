//! Errors of the libraries below, said in the language of the field. Each conversion is a decision.

use domain::{ErrorCode, Failure};
use inference::EmbedError;
use service_runtime::BlockingError;

/// What a caller hears when texts could not be embedded; `field` names the text by its position.
pub(crate) fn of_embedding(error: EmbedError, field: impl Fn(usize) -> String) -> Failure {
    match error {
        EmbedError::EmptyText { index } => {
            Failure::invalid_field(field(index), "must have something to read")
        }
        EmbedError::TextTooLong { index, .. } => {
            Failure::invalid_field(field(index), "is too long for the encoder")
        }
        EmbedError::TooManyTexts { limit, .. } => {
            Failure::invalid_field("texts", format!("must have at most {limit} entries"))
        }
        EmbedError::Overloaded { retry_after } => Failure::overloaded(retry_after),
        EmbedError::DeadlineExceeded => Failure::timeout(),
        EmbedError::Unavailable => {
            Failure::unavailable("the encoder has stopped").caused_by(EmbedError::Unavailable)
        }
        EmbedError::Inference { .. } => {
            Failure::new(ErrorCode::AiServiceError, "the encoder failed").caused_by(error)
        }
    }
}

/// What a caller hears when computing failed.
pub(crate) fn of_computing(error: BlockingError) -> Failure {
    Failure::internal(error)
}

/// What a caller hears when the text index failed.
pub(crate) fn of_lexical(error: tantivy::TantivyError) -> Failure {
    Failure::internal(error)
}
