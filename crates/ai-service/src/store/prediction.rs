//! Answers on record.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, PredictionId, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::schema::predictions;
use super::{Operation, StoreError, measured};

/// An answer about to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewPrediction {
    pub(crate) id: PredictionId,
    /// What was asked for, such as `credit_assessment`.
    pub(crate) kind: &'static str,
    pub(crate) model_version: String,
    pub(crate) inputs: Value,
    pub(crate) output: Value,
    /// Confidence or score, 0 to 1.
    pub(crate) score: Option<f64>,
}

/// Who asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedBy<'a> {
    pub(crate) user: Option<UserId>,
    pub(crate) institution: Option<InstitutionId>,
    pub(crate) request_id: Option<&'a str>,
}

/// Records answers.
pub(crate) async fn insert(
    connection: &mut AsyncPgConnection,
    answers: &[NewPrediction],
    asked_by: &AskedBy<'_>,
) -> Result<(), StoreError> {
    if answers.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = answers
        .iter()
        .map(|answer| {
            (
                predictions::id.eq(answer.id.uuid()),
                predictions::kind.eq(answer.kind),
                predictions::model_version.eq(&answer.model_version),
                predictions::inputs.eq(&answer.inputs),
                predictions::output.eq(&answer.output),
                predictions::score.eq(answer.score),
                predictions::user_id.eq(asked_by.user.map(Uuid::from)),
                predictions::institution_id.eq(asked_by.institution.map(Uuid::from)),
                predictions::request_id.eq(asked_by.request_id),
            )
        })
        .collect();
    let new = diesel::insert_into(predictions::table)
        .values(rows)
        .execute(connection);
    measured(Operation::Insert, "predictions", new).await?;
    Ok(())
}

/// Forgets at most `count` of the answers recorded more than `days` days ago, with their feedback; says how many.
pub(crate) async fn prune(
    connection: &mut AsyncPgConnection,
    days: i32,
    count: i64,
) -> Result<usize, StoreError> {
    let old = diesel::sql_query(
        "DELETE FROM ai.predictions WHERE id IN (SELECT id FROM ai.predictions \
         WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT $2)",
    )
    .bind::<diesel::sql_types::Integer, _>(days)
    .bind::<diesel::sql_types::BigInt, _>(count)
    .execute(connection);
    measured(Operation::Delete, "predictions", old).await
}
