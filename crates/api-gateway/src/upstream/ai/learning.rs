//! What people make of answers, and the methods behind them.

use domain::Failure;
use domain::vocabulary::FeedbackVerdict;
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::convert::WireEnum as _;
use protocol::convert::value::{optional_time, required, required_time};
use protocol::pb::ai as pb;
use protocol::pb::ai::learning_service_client::LearningServiceClient;

use super::assessment::uuid;
use super::{AiService, understood};
use crate::dto::ai::learning::{
    Drift, Feedback, FeedbackCounts, FeedbackRequest, Method, MethodMetric, MethodsAnswer,
};
use crate::extract::Caller;
use crate::upstream::line::Line;

impl AiService {
    fn learning(&self) -> LearningServiceClient<Line> {
        LearningServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Records what somebody made of an answer.
    pub(crate) async fn record_feedback(
        &self,
        caller: &Caller,
        input: FeedbackRequest,
    ) -> Result<Feedback, Failure> {
        let question = pb::RecordFeedbackRequest {
            prediction_id: input.prediction_id.to_string(),
            verdict: input.verdict.to_wire(),
            rating: input.rating,
            comment: input.comment,
        };
        let mut client = self.learning();
        let answer = self
            .ask("feedback", caller, question, |request| {
                client.record_feedback(request)
            })
            .await?;
        understood(feedback(answer))
    }

    /// Lists the methods in use.
    pub(crate) async fn list_methods(&self, caller: &Caller) -> Result<MethodsAnswer, Failure> {
        let mut client = self.learning();
        let answer = self
            .ask("models", caller, pb::ListMethodsRequest {}, |request| {
                client.list_methods(request)
            })
            .await?;
        let models = answer.methods.into_iter().map(method);
        Ok(MethodsAnswer {
            models: understood(models.collect())?,
        })
    }
}

fn feedback(wire: pb::RecordFeedbackResponse) -> Result<Feedback, Failure> {
    Ok(Feedback {
        id: uuid(&wire.id)?,
        prediction_id: wire.prediction_id.parse()?,
        verdict: FeedbackVerdict::from_wire(wire.verdict, "verdict")?,
        rating: wire.rating,
        comment: wire.comment,
        created_at: required_time(wire.created_at, "created_at")?,
        updated_at: required_time(wire.updated_at, "updated_at")?,
    })
}

fn method(wire: pb::Method) -> Result<Method, Failure> {
    let feedback = required(wire.feedback, "feedback")?;
    Ok(Method {
        since: optional_time(wire.since)?,
        kind: wire.kind,
        version: wire.version,
        description: wire.description,
        metrics: wire
            .metrics
            .into_iter()
            .map(|metric| MethodMetric {
                name: metric.name,
                value: metric.value,
                data: metric.data,
                measured_on: metric.measured_on,
            })
            .collect(),
        predictions: wire.predictions,
        feedback: FeedbackCounts {
            accepted: feedback.accepted,
            rejected: feedback.rejected,
            modified: feedback.modified,
            mean_rating: feedback.mean_rating,
        },
        drift: wire.drift.map(|drift| Drift {
            population_stability_index: drift.population_stability_index,
            recent: drift.recent,
            before: drift.before,
            note: drift.note,
        }),
    })
}
