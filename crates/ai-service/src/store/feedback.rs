//! What people made of predictions.

use chrono::{DateTime, Utc};
use diesel::dsl::now;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, PredictionId, UserId};
use domain::vocabulary::FeedbackVerdict;
use uuid::Uuid;

use super::schema::{feedback, predictions};
use super::{Operation, StoreError, measured};

/// A word about a prediction.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) prediction: PredictionId,
    pub(crate) user: UserId,
    pub(crate) verdict: FeedbackVerdict,
    pub(crate) rating: Option<i16>,
    pub(crate) comment: Option<String>,
}

/// What is on record of it.
#[derive(Clone, Debug, Queryable)]
pub(crate) struct Recorded {
    pub(crate) id: Uuid,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Who asked for a prediction, and for which institution; `None` when there is no such prediction.
pub(crate) async fn asked_by(
    connection: &mut AsyncPgConnection,
    prediction: PredictionId,
) -> Result<Option<(Option<UserId>, Option<InstitutionId>)>, StoreError> {
    let asked = predictions::table
        .find(prediction.uuid())
        .select((predictions::user_id, predictions::institution_id))
        .first(connection);
    let asked = async { asked.await.optional() };
    let found: Option<(Option<Uuid>, Option<Uuid>)> =
        measured(Operation::Select, "predictions", asked).await?;
    Ok(found.map(|(user, institution)| (user.map(Into::into), institution.map(Into::into))))
}

/// Records a word, in the place of an earlier one of the same person about the same prediction.
pub(crate) async fn put(
    connection: &mut AsyncPgConnection,
    word: &Word,
) -> Result<Recorded, StoreError> {
    let said = (
        feedback::verdict.eq(word.verdict.as_str()),
        feedback::rating.eq(word.rating),
        feedback::comment.eq(word.comment.as_deref()),
        feedback::updated_at.eq(now),
    );
    let put = diesel::insert_into(feedback::table)
        .values((
            feedback::id.eq(Uuid::now_v7()),
            feedback::prediction_id.eq(word.prediction.uuid()),
            feedback::user_id.eq(word.user.uuid()),
            said,
        ))
        .on_conflict((feedback::prediction_id, feedback::user_id))
        .do_update()
        .set(said)
        .returning((feedback::id, feedback::created_at, feedback::updated_at))
        .get_result(connection);
    measured(Operation::Insert, "feedback", put).await
}
