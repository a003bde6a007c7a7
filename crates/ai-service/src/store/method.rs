//! Figures of the methods, from the predictions and what people made of them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Integer, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Operation, StoreError, measured};

/// Bins of the drift figure.
pub(crate) const BINS: usize = 10;

/// How a method is used.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct Usage {
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Text)]
    pub(crate) model_version: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) predictions: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) since: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    pub(crate) accepted: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) rejected: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) modified: i64,
    #[diesel(sql_type = Nullable<Double>)]
    pub(crate) mean_rating: Option<f64>,
}

/// Scores of one method in one bin, in one of two windows.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct Bin {
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Text)]
    pub(crate) model_version: String,
    /// From 0.
    #[diesel(sql_type = Integer)]
    pub(crate) bin: i32,
    #[diesel(sql_type = BigInt)]
    pub(crate) recent: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) before: i64,
}

/// How these versions are used.
pub(crate) async fn usage(
    connection: &mut AsyncPgConnection,
    versions: &[String],
) -> Result<Vec<Usage>, StoreError> {
    // Feedback is counted apart: a prediction with several words counts once.
    let usage = diesel::sql_query(
        "SELECT p.kind, p.model_version, p.predictions, p.since, \
         coalesce(f.accepted, 0) AS accepted, coalesce(f.rejected, 0) AS rejected, coalesce(f.modified, 0) AS modified, f.mean_rating \
         FROM (SELECT kind, model_version, count(*) AS predictions, min(created_at) AS since FROM ai.predictions \
               WHERE model_version = ANY($1) GROUP BY kind, model_version) p \
         LEFT JOIN (SELECT kind, model_version, count(*) FILTER (WHERE verdict = 'ACCEPTED') AS accepted, \
               count(*) FILTER (WHERE verdict = 'REJECTED') AS rejected, count(*) FILTER (WHERE verdict = 'MODIFIED') AS modified, \
               avg(rating)::double precision AS mean_rating \
               FROM ai.feedback JOIN ai.predictions ON predictions.id = feedback.prediction_id \
               WHERE model_version = ANY($1) GROUP BY kind, model_version) f USING (kind, model_version) \
         ORDER BY p.kind, p.model_version",
    )
    .bind::<Array<Text>, _>(versions)
    .load(connection);
    measured(Operation::Select, "predictions", usage).await
}

/// How the scores of these versions are spread, in the last 7 days and in the 28 before.
pub(crate) async fn spread(
    connection: &mut AsyncPgConnection,
    versions: &[String],
) -> Result<Vec<Bin>, StoreError> {
    let spread = diesel::sql_query(
        "SELECT kind, model_version, least(floor(score * 10)::int, 9) AS bin, \
         count(*) FILTER (WHERE created_at >= now() - interval '7 days') AS recent, \
         count(*) FILTER (WHERE created_at < now() - interval '7 days') AS before \
         FROM ai.predictions WHERE model_version = ANY($1) AND score IS NOT NULL AND created_at >= now() - interval '35 days' \
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    )
    .bind::<Array<Text>, _>(versions)
    .load(connection);
    measured(Operation::Select, "predictions", spread).await
}
