//! `LearningService`.

use domain::Failure;
use domain::vocabulary::FeedbackVerdict;
use protocol::caller::Caller;
use protocol::convert::WireEnum;
use protocol::convert::value::time_to_wire;
use protocol::pb::ai as pb;
use protocol::pb::ai::learning_service_server::LearningService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use crate::figures::{self, Figure, MEASURED_ON};
use crate::state::AppState;
use crate::store::method::Usage;
use crate::usecase::list_methods::{Method, list_methods};
use crate::usecase::record_feedback::{RecordFeedback, record_feedback};
use crate::usecase::within;

pub(super) struct Learning(pub(super) AppState);

#[tonic::async_trait]
impl LearningService for Learning {
    /// Who asked for the prediction, and people of the same institution.
    async fn record_feedback(
        &self,
        request: Request<pb::RecordFeedbackRequest>,
    ) -> Result<Response<pb::RecordFeedbackResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = request.into_inner();
        let said = word(&asked).map_err(into_status)?;
        // The same word again changes nothing, so that it needs no name of its own to be sent again.
        let recorded = within(&caller, record_feedback(&self.0, &caller, said))
            .await
            .map_err(into_status)?;
        Ok(Response::new(pb::RecordFeedbackResponse {
            id: recorded.id.to_string(),
            prediction_id: asked.prediction_id,
            verdict: asked.verdict,
            rating: asked.rating,
            comment: asked.comment,
            created_at: Some(time_to_wire(recorded.created_at)),
            updated_at: Some(time_to_wire(recorded.updated_at)),
        }))
    }

    /// Platform administrators.
    async fn list_methods(
        &self,
        request: Request<pb::ListMethodsRequest>,
    ) -> Result<Response<pb::ListMethodsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let methods = within(&caller, list_methods(&self.0, &caller))
            .await
            .map_err(into_status)?;
        Ok(Response::new(pb::ListMethodsResponse {
            methods: methods.into_iter().map(method).collect(),
        }))
    }
}

fn word(asked: &pb::RecordFeedbackRequest) -> Result<RecordFeedback, Failure> {
    Ok(RecordFeedback {
        prediction: asked.prediction_id.parse()?,
        verdict: FeedbackVerdict::from_wire(asked.verdict, "verdict")?,
        rating: asked.rating,
        comment: asked.comment.clone(),
    })
}

fn metric(figure: &Figure) -> pb::MethodMetric {
    pb::MethodMetric {
        name: figure.name.to_owned(),
        value: figure.value,
        data: figure.data.to_owned(),
        measured_on: MEASURED_ON.to_owned(),
    }
}

fn method(method: Method) -> pb::Method {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let usage = method.usage.as_ref();
    pb::Method {
        kind: method.kind.to_owned(),
        version: method.version,
        description: method.description.to_owned(),
        metrics: figures::of(method.kind).iter().map(metric).collect(),
        since: usage.and_then(|usage| usage.since).map(time_to_wire),
        predictions: usage.map_or(0, |usage| count(usage.predictions)),
        feedback: Some(
            usage.map_or_else(pb::FeedbackCounts::default, |usage: &Usage| {
                pb::FeedbackCounts {
                    accepted: count(usage.accepted),
                    rejected: count(usage.rejected),
                    modified: count(usage.modified),
                    mean_rating: usage.mean_rating,
                }
            }),
        ),
        drift: method.drift.map(|drift| pb::Drift {
            population_stability_index: drift.index,
            recent: drift.recent,
            before: drift.before,
            note: drift.note,
        }),
    }
}
