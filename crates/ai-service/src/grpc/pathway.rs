//! `RecommendationService`.

use domain::Failure;
use protocol::caller::Caller;
use protocol::convert::value::decimal_to_wire;
use protocol::pb::ai as pb;
use protocol::pb::ai::recommendation_service_server::RecommendationService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use crate::number::{narrow, rounded};
use crate::recommend::Recommendation;
use crate::state::AppState;
use crate::usecase::keep::once;
use crate::usecase::recommend_pathways::{Answer, RecommendPathways, recommend_pathways};
use crate::usecase::suggest_pathways::{Suggested, suggest_pathways};
use crate::usecase::{switched_on, within};

pub(super) struct Recommending(pub(super) AppState);

#[tonic::async_trait]
impl RecommendationService for Recommending {
    /// Signed-in people.
    async fn recommend_pathways(
        &self,
        request: Request<pb::RecommendPathwaysRequest>,
    ) -> Result<Response<pb::RecommendPathwaysResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = request.into_inner();
        let work = async {
            switched_on(self.0.features.recommendations)?;
            let answer = recommend_pathways(&self.0, &caller, question(&asked)?).await?;
            let prediction = answer.prediction.clone();
            Ok((recommended(answer), vec![prediction]))
        };
        within(&caller, once(&self.0, &caller, &asked, Box::pin(work)))
            .await
            .map(Response::new)
            .map_err(into_status)
    }

    /// Coordinators and administrators of the institution that offers the micro-credential.
    async fn suggest_pathways(
        &self,
        request: Request<pb::SuggestPathwaysRequest>,
    ) -> Result<Response<pb::SuggestPathwaysResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = request.into_inner();
        let work = async {
            switched_on(self.0.features.suggestions)?;
            let question = RecommendPathways::new(
                asked.micro_credential_id.parse()?,
                target(asked.target_institution_id.as_deref())?,
                asked.limit,
                asked.min_confidence,
            )?;
            let made = suggest_pathways(&self.0, &caller, question).await?;
            let prediction = made.answer.prediction.clone();
            Ok((suggested(made), vec![prediction]))
        };
        within(&caller, once(&self.0, &caller, &asked, Box::pin(work)))
            .await
            .map(Response::new)
            .map_err(into_status)
    }
}

fn question(request: &pb::RecommendPathwaysRequest) -> Result<RecommendPathways, Failure> {
    RecommendPathways::new(
        request.micro_credential_id.parse()?,
        target(request.target_institution_id.as_deref())?,
        request.limit,
        request.min_confidence,
    )
}

fn target(id: Option<&str>) -> Result<Option<domain::id::InstitutionId>, Failure> {
    id.map(str::parse).transpose()
}

fn recommended(answer: Answer) -> pb::RecommendPathwaysResponse {
    let recommended = answer.recommended;
    pb::RecommendPathwaysResponse {
        total_candidates: narrow(recommended.total),
        filtered_count: narrow(recommended.filtered),
        recommendations: recommended
            .recommendations
            .into_iter()
            .map(recommendation)
            .collect(),
        computation_time_ms: rounded(answer.milliseconds),
        model_version: answer.model_version,
        prediction_id: answer.prediction.id.to_string(),
    }
}

fn suggested(made: Suggested) -> pb::SuggestPathwaysResponse {
    pb::SuggestPathwaysResponse {
        suggestions: made.drafts,
        total_candidates: narrow(made.answer.recommended.total),
        filtered_count: narrow(made.filtered),
        computation_time_ms: rounded(made.answer.milliseconds),
        model_version: made.answer.model_version,
        prediction_id: made.answer.prediction.id.to_string(),
    }
}

fn recommendation(made: Recommendation) -> pb::PathwayRecommendation {
    pb::PathwayRecommendation {
        pathway_id: made.pathway_id.map(|id| id.to_string()),
        target_program: Some(pb::Destination {
            micro_credential_id: made.micro_credential_id.map(|id| id.to_string()),
            title: made.title,
            institution: Some(pb::OfferInstitution {
                id: made.institution.id.to_string(),
                name: made.institution.name,
                code: made.institution.code,
            }),
        }),
        confidence_score: made.confidence_score,
        transfer_credits: Some(decimal_to_wire(made.transfer_credits)),
        reasoning: made.reasoning,
        factors: Some(pb::RecommendationFactors {
            content: made.factors.content,
            collaborative: made.factors.collaborative,
            institution: made.factors.institution,
            history: made.factors.history,
        }),
        similar_outcomes: made
            .similar_outcomes
            .into_iter()
            .map(|shared| pb::SimilarOutcome {
                source_outcome: shared.source_outcome,
                target_outcome: shared.target_outcome,
                similarity: shared.similarity,
            })
            .collect(),
        expected_duration: made.expected_duration.map(decimal_to_wire),
    }
}
