//! Answers on record.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::Failure;
use domain::id::{PredictionId, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::away;
use super::schema::predictions;

/// An answer about to be recorded.
#[derive(Debug)]
pub(crate) struct NewPrediction<'a> {
    pub(crate) id: PredictionId,
    pub(crate) kind: &'static str,
    pub(crate) model_version: &'a str,
    pub(crate) inputs: Value,
    pub(crate) output: Value,
    pub(crate) user: Option<UserId>,
    pub(crate) request_id: Option<&'a str>,
}

impl NewPrediction<'_> {
    /// Records it.
    pub(crate) async fn insert(self, connection: &mut AsyncPgConnection) -> Result<(), Failure> {
        diesel::insert_into(predictions::table)
            .values((
                predictions::id.eq(self.id.uuid()),
                predictions::kind.eq(self.kind),
                predictions::model_version.eq(self.model_version),
                predictions::inputs.eq(self.inputs),
                predictions::output.eq(self.output),
                predictions::user_id.eq(self.user.map(Uuid::from)),
                predictions::request_id.eq(self.request_id),
            ))
            .execute(connection)
            .await
            .map_err(away)?;
        Ok(())
    }
}
