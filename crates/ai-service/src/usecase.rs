//! What can be asked.

pub(crate) mod assess_credit;
pub(crate) mod classify_outcomes;
pub(crate) mod embed_texts;
pub(crate) mod find_similar;
pub(crate) mod keep;
pub(crate) mod list_methods;
pub(crate) mod recommend_pathways;
pub(crate) mod record_feedback;
pub(crate) mod search_catalogue;
pub(crate) mod suggest_pathways;
pub(crate) mod validate_recognition;

use domain::{ErrorCode, Failure};
use inference::{EmbedOptions, Priority};
use protocol::caller::Caller;
use tokio::time::timeout;

/// Results when the caller does not say.
const DEFAULT_LIMIT: u32 = 10;
/// Most results.
const MAX_LIMIT: u32 = 100;

/// Somebody waits, until the deadline of the call.
fn options(caller: &Caller) -> EmbedOptions {
    EmbedOptions {
        priority: Priority::Interactive,
        deadline: Some(caller.deadline.instant()),
    }
}

/// Works no longer than the caller waits: what is still queued then never runs.
pub(crate) async fn within<T>(
    caller: &Caller,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    timeout(caller.deadline.left(), work)
        .await
        .unwrap_or_else(|_elapsed| Err(Failure::timeout()))
}

/// Insists that the operator has switched on what is asked for.
pub(crate) fn switched_on(is_on: bool) -> Result<(), Failure> {
    if is_on {
        Ok(())
    } else {
        Err(Failure::new(
            ErrorCode::ServiceUnavailable,
            "the operator of this platform has switched this off",
        ))
    }
}

/// What a caller hears about an offer that the encoder cannot read, so that nothing can be compared with it.
fn unreadable() -> Failure {
    Failure::invalid_field(
        "microCredentialId",
        "names an offer whose title and description are too long to compare or have nothing to read",
    )
}

/// A number of results; 0 means the default.
pub(crate) fn limit(given: u32) -> Result<usize, Failure> {
    let limit = if given == 0 { DEFAULT_LIMIT } else { given };
    usize::try_from(limit)
        .ok()
        .filter(|_limit| limit <= MAX_LIMIT)
        .ok_or_else(|| {
            Failure::invalid_field("limit", format!("must be between 1 and {MAX_LIMIT}"))
        })
}

/// A least similarity.
pub(crate) fn similarity(given: f64) -> Result<f64, Failure> {
    if (0.0..=1.0).contains(&given) {
        Ok(given)
    } else {
        Err(Failure::invalid_field(
            "minSimilarity",
            "must be between 0 and 1",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_similarities_out_of_range_are_refused() {
        assert_eq!(limit(0).unwrap(), 10);
        assert_eq!(limit(100).unwrap(), 100);
        assert!(limit(101).is_err());
        for similar in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(similarity(similar).is_err(), "{similar}");
        }
    }
}
