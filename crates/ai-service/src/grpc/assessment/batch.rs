//! Several assessments in one call: each has its report or its error.

use domain::policy::Action;
use domain::{ErrorCode, ErrorKind, Failure};
use prost::Message;
use protocol::caller::Caller;
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::pb::ai as pb;

use super::{answer, question};
use crate::state::AppState;
use crate::store::prediction::NewPrediction;
use crate::usecase::assess_credit::assess_credit;

/// Most pairs of one call.
const MOST: usize = 20;
/// Most bytes of their reports together; the rest is for what surrounds them.
const MOST_BYTES: usize = MAX_ANSWER_BYTES - 1024 * 1024;

/// Assesses every pair, one after the other: together they use no more than one request may.
pub(super) async fn assess(
    state: &AppState,
    caller: &Caller,
    items: &[pb::AssessCreditRequest],
) -> Result<(pb::AssessCreditBatchResponse, Vec<NewPrediction>), Failure> {
    caller.authorize(Action::AssessCredit, None)?;
    if !(1..=MOST).contains(&items.len()) {
        return Err(Failure::invalid_field(
            "items",
            format!("must have 1 to {MOST} entries"),
        ));
    }
    let mut answers = Vec::with_capacity(items.len());
    let mut predictions = Vec::new();
    let mut bytes = 0_usize;
    for item in items {
        let assessed = match question(item) {
            Ok(asked) => assess_credit(state, caller, asked).await,
            Err(failure) => Err(failure),
        };
        let outcome = match assessed {
            Ok((report, prediction)) => {
                let report = answer(report, prediction.id);
                let longer = bytes.saturating_add(report.encoded_len());
                if longer > MOST_BYTES {
                    pb::assessed_item::Outcome::Error(error(too_long()))
                } else {
                    bytes = longer;
                    predictions.push(prediction);
                    pb::assessed_item::Outcome::Report(report)
                }
            }
            Err(failure) if is_of_the_item(&failure) => {
                pb::assessed_item::Outcome::Error(error(failure))
            }
            // Away, overloaded or broken: that is so for all items, and must not be kept under the caller's name for the request.
            Err(failure) => return Err(failure),
        };
        answers.push(pb::AssessedItem {
            outcome: Some(outcome),
        });
    }
    Ok((
        pb::AssessCreditBatchResponse { items: answers },
        predictions,
    ))
}

/// Its texts are long, and so are those of the reports before it.
fn too_long() -> Failure {
    Failure::new(
        ErrorCode::PayloadTooLarge,
        "the reports of this batch are too long for one answer; ask for this one alone",
    )
}

fn is_of_the_item(failure: &Failure) -> bool {
    match failure.kind() {
        ErrorKind::Malformed
        | ErrorKind::Invalid
        | ErrorKind::NotFound
        | ErrorKind::Gone
        | ErrorKind::Conflict => true,
        ErrorKind::Unauthenticated
        | ErrorKind::Forbidden
        | ErrorKind::Precondition
        | ErrorKind::TooLarge
        | ErrorKind::UnsupportedMediaType
        | ErrorKind::RateLimited
        | ErrorKind::Overloaded
        | ErrorKind::Unavailable
        | ErrorKind::Timeout
        | ErrorKind::BadUpstream
        | ErrorKind::Internal => false,
    }
}

fn error(failure: Failure) -> pb::ItemError {
    pb::ItemError {
        code: failure.code.as_str().to_owned(),
        message: failure.message.into_owned(),
        details: failure
            .fields
            .into_iter()
            .map(|violation| pb::ItemViolation {
                field: violation.field,
                message: violation.message,
            })
            .collect(),
    }
}
