//! Where an offer could lead.

use domain::Failure;
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::convert::value::{decimal_from_wire, optional_decimal, required};
use protocol::pb::ai as pb;
use protocol::pb::ai::recommendation_service_client::RecommendationServiceClient;
use protocol::pb::credential::SuggestedPathway;
use uuid::Uuid;

use super::assessment::uuid;
use super::{AiService, institution, understood};
use crate::dto::ai::recommendation::{
    Factors, PathwayRecommendation, RecommendationAnswer, RecommendationMetadata,
    RecommendationRequest, RecommendedProgram, SimilarOutcome,
};
use crate::extract::Caller;
use crate::upstream::line::Line;

/// Signed drafts, for credential-service to record.
#[derive(Debug)]
pub(crate) struct Suggested {
    pub(crate) suggestions: Vec<SuggestedPathway>,
    pub(crate) metadata: RecommendationMetadata,
    pub(crate) prediction_id: Uuid,
}

impl AiService {
    fn recommending(&self) -> RecommendationServiceClient<Line> {
        RecommendationServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Recommends destinations.
    pub(crate) async fn recommend(
        &self,
        caller: &Caller,
        input: RecommendationRequest,
    ) -> Result<RecommendationAnswer, Failure> {
        let question = pb::RecommendPathwaysRequest {
            micro_credential_id: input.micro_credential_id.to_string(),
            target_institution_id: input.target_institution_id.map(|id| id.to_string()),
            limit: input.limit,
            min_confidence: input.min_confidence,
        };
        let mut client = self.recommending();
        let answer = self
            .ask("recommend", caller, question, |request| {
                client.recommend_pathways(request)
            })
            .await?;
        understood(recommended(answer))
    }

    /// Makes signed drafts.
    pub(crate) async fn suggest(
        &self,
        caller: &Caller,
        input: RecommendationRequest,
    ) -> Result<Suggested, Failure> {
        let question = pb::SuggestPathwaysRequest {
            micro_credential_id: input.micro_credential_id.to_string(),
            target_institution_id: input.target_institution_id.map(|id| id.to_string()),
            limit: input.limit,
            min_confidence: input.min_confidence,
        };
        let mut client = self.recommending();
        let answer = self
            .ask("suggest", caller, question, |request| {
                client.suggest_pathways(request)
            })
            .await?;
        Ok(Suggested {
            metadata: RecommendationMetadata {
                total_candidates: answer.total_candidates,
                filtered_count: answer.filtered_count,
                computation_time_ms: answer.computation_time_ms,
                model_version: answer.model_version,
            },
            prediction_id: understood(uuid(&answer.prediction_id))?,
            suggestions: answer.suggestions,
        })
    }
}

fn recommended(wire: pb::RecommendPathwaysResponse) -> Result<RecommendationAnswer, Failure> {
    Ok(RecommendationAnswer {
        recommendations: wire
            .recommendations
            .into_iter()
            .map(recommendation)
            .collect::<Result<_, _>>()?,
        metadata: RecommendationMetadata {
            total_candidates: wire.total_candidates,
            filtered_count: wire.filtered_count,
            computation_time_ms: wire.computation_time_ms,
            model_version: wire.model_version,
        },
        prediction_id: uuid(&wire.prediction_id)?,
    })
}

fn recommendation(wire: pb::PathwayRecommendation) -> Result<PathwayRecommendation, Failure> {
    let program = required(wire.target_program, "target_program")?;
    let factors = required(wire.factors, "factors")?;
    let credits = required(wire.transfer_credits, "transfer_credits")?;
    Ok(PathwayRecommendation {
        pathway_id: wire.pathway_id.map(|id| id.parse()).transpose()?,
        target_program: RecommendedProgram {
            micro_credential_id: program
                .micro_credential_id
                .map(|id| id.parse())
                .transpose()?,
            title: program.title,
            institution: institution(program.institution)?,
        },
        confidence_score: wire.confidence_score,
        transfer_credits: decimal_from_wire(&credits, "transfer_credits")?,
        reasoning: wire.reasoning,
        factors: Factors {
            content: factors.content,
            collaborative: factors.collaborative,
            institution: factors.institution,
            history: factors.history,
        },
        similar_outcomes: wire
            .similar_outcomes
            .into_iter()
            .map(|shared| SimilarOutcome {
                source_outcome: shared.source_outcome,
                target_outcome: shared.target_outcome,
                similarity: shared.similarity,
            })
            .collect(),
        expected_duration: optional_decimal(wire.expected_duration.as_ref(), "expected_duration")?,
    })
}
