//! What somebody made of a prediction.

use domain::Failure;
use domain::id::PredictionId;
use domain::policy::{Action, Principal};
use domain::validate::Violations;
use domain::vocabulary::{FeedbackVerdict, UserRole};
use protocol::caller::Caller;

use crate::state::AppState;
use crate::store::StoreError;
use crate::store::feedback::{self, Recorded, Word};

/// Longest comment, in characters.
const LONGEST: usize = 5_000;

/// A word about a prediction, not yet checked.
#[derive(Clone, Debug)]
pub(crate) struct RecordFeedback {
    pub(crate) prediction: PredictionId,
    pub(crate) verdict: FeedbackVerdict,
    pub(crate) rating: Option<u32>,
    pub(crate) comment: Option<String>,
}

/// Records it. Who asked for the prediction may say so, people of the same institution, and platform administrators; for
/// everybody else there is no such prediction.
pub(crate) async fn record_feedback(
    state: &AppState,
    caller: &Caller,
    said: RecordFeedback,
) -> Result<Recorded, Failure> {
    caller.authorize(Action::GiveFeedback, None)?;
    let Principal::User {
        user_id,
        role,
        institution_id,
        ..
    } = &caller.principal
    else {
        return Err(Failure::internal(
            "the policy let in somebody who is no person",
        ));
    };
    check(&said)?;
    let mut connection = state.database.connection_until(caller.deadline).await?;
    let asked_by = feedback::asked_by(&mut connection, said.prediction).await?;
    let is_seen = asked_by.is_some_and(|(user, institution)| {
        user == Some(*user_id)
            || *role == UserRole::Admin
            || (institution.is_some() && institution == *institution_id)
    });
    if !is_seen {
        return Err(Failure::not_found("prediction"));
    }
    let word = Word {
        prediction: said.prediction,
        user: *user_id,
        verdict: said.verdict,
        rating: said
            .rating
            .map(i16::try_from)
            .transpose()
            .map_err(Failure::internal)?,
        comment: said.comment,
    };
    let recorded = feedback::put(&mut connection, &word).await.map_err(gone)?;
    metrics::counter!("ai_feedback_total", "verdict" => word.verdict.as_str()).increment(1);
    Ok(recorded)
}

/// What was forgotten after it was looked up is as absent as what was never there.
fn gone(error: StoreError) -> Failure {
    if matches!(error, StoreError::ForeignKey(..)) {
        return Failure::not_found("prediction").caused_by(error);
    }
    error.into()
}

fn check(said: &RecordFeedback) -> Result<(), Failure> {
    let mut violations = Violations::new();
    violations.require(
        said.rating.is_none_or(|rating| (1..=5).contains(&rating)),
        "rating",
        "must be between 1 and 5",
    );
    violations.optional_text("comment", said.comment.as_deref(), LONGEST);
    violations.finish()
}
