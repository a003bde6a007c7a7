//! Drafts that the AI service has made and signed.

use domain::validate::Violations;
use domain::{ErrorCode, Failure};
use protocol::Caller;
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::suggestion::SuggestionVerifier;

use crate::store::Transaction;
use crate::store::pathways::Suggested;
use crate::usecase::pathway::suggest::record_suggested;

/// Most suggestions of one call.
const MOST: usize = 20;

/// Records drafts whose statements hold.
pub(super) async fn record(
    verifier: SuggestionVerifier,
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::RecordSuggestedPathwaysRequest,
) -> Result<pb::RecordSuggestedPathwaysResponse, Failure> {
    let suggested = verified(&verifier, caller, request.suggestions)?;
    let rows = record_suggested(transaction, caller, &suggested).await?;
    Ok(pb::RecordSuggestedPathwaysResponse {
        pathways: rows.into_iter().map(Into::into).collect(),
    })
}

/// Reads drafts whose statements the AI service has signed for this caller; all flaws are named at once.
fn verified(
    verifier: &SuggestionVerifier,
    caller: &Caller,
    suggestions: Vec<pb::SuggestedPathway>,
) -> Result<Vec<Suggested>, Failure> {
    let person = caller.principal.user_id().ok_or_else(|| {
        Failure::new(
            ErrorCode::AuthorizationError,
            "only a person can record suggestions",
        )
    })?;
    let mut violations = Violations::new();
    violations.require(
        (1..=MOST).contains(&suggestions.len()),
        "suggestions",
        format!("must have 1 to {MOST} entries"),
    );
    let mut verified = Vec::new();
    for (index, wire) in suggestions.into_iter().enumerate().take(MOST) {
        let draft = required(wire.draft, "draft")?;
        match verifier.verify(&wire.statement, &draft, person) {
            Some(suggestion) => verified.push(Suggested {
                draft: draft.try_into()?,
                suggestion,
            }),
            None => violations.add(
                format!("suggestions[{index}].statement"),
                "was not made by the AI service for this draft and this person, or is too old",
            ),
        }
    }
    violations.finish()?;
    Ok(verified)
}
