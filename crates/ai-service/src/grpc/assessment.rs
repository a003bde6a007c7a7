//! `AssessmentService`.

use domain::Failure;
use domain::id::PredictionId;
use domain::vocabulary::RecognitionType;
use protocol::caller::Caller;
use protocol::convert::WireEnum;
use protocol::convert::value::decimal_to_wire;
use protocol::pb::ai as pb;
use protocol::pb::ai::assessment_service_server::AssessmentService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use crate::assess::{Match, Report, Side, Target};
use crate::state::AppState;
use crate::usecase::assess_credit::{AssessCredit, assess_credit};
use crate::usecase::within;

pub(super) struct Assessment(pub(super) AppState);

#[tonic::async_trait]
impl AssessmentService for Assessment {
    /// Signed-in people.
    async fn assess_credit(
        &self,
        request: Request<pb::AssessCreditRequest>,
    ) -> Result<Response<pb::AssessCreditResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = question(&request.into_inner()).map_err(into_status)?;
        let (report, id) = within(&caller, assess_credit(&self.0, &caller, asked))
            .await
            .map_err(into_status)?;
        Ok(Response::new(answer(report, id)))
    }
}

fn question(request: &pb::AssessCreditRequest) -> Result<AssessCredit, Failure> {
    Ok(AssessCredit {
        id: request.micro_credential_id.parse()?,
        institution: request.recognizing_institution_id.parse()?,
        asked: RecognitionType::from_wire(request.recognition_type, "recognitionType")?,
    })
}

fn answer(report: Report, id: PredictionId) -> pb::AssessCreditResponse {
    let analysis = report.analysis;
    pb::AssessCreditResponse {
        recommendation: report.recommendation.to_wire(),
        confidence: report.confidence,
        credit_value: Some(decimal_to_wire(report.credit_value)),
        credit_type: report.credit_type.to_wire(),
        analysis: Some(pb::AssessmentAnalysis {
            outcome_overlap: analysis.outcome_overlap,
            content_similarity: analysis.content_similarity,
            duration_similarity: analysis.duration_similarity,
            level_compatible: analysis.level_compatible,
            credit_alignment: analysis.credit_alignment,
            historical_approval_rate: analysis.historical_approval_rate,
            score: analysis.score,
            basis: analysis.basis.to_wire(),
        }),
        target_program: report.target_program.map(target),
        alternatives: report.alternatives.into_iter().map(target).collect(),
        matrix: Some(pb::OutcomeMatrix {
            source_outcomes: report.source_outcomes.into_iter().map(side).collect(),
            target_outcomes: report.target_outcomes.into_iter().map(side).collect(),
            rows: report
                .similarities
                .into_iter()
                .map(|similarities| pb::SimilarityRow { similarities })
                .collect(),
        }),
        matches: report.matches.into_iter().map(matched).collect(),
        gaps: report.gaps,
        conditions: report.conditions,
        reasoning: report.reasoning,
        precedents: report
            .precedents
            .into_iter()
            .map(|precedent| pb::Precedent {
                recognition_id: precedent.recognition_id.to_string(),
                title: precedent.title,
                credit_value: Some(decimal_to_wire(precedent.credit_value)),
            })
            .collect(),
        model_version: report.model_version,
        prediction_id: id.to_string(),
    }
}

fn target(target: Target) -> pb::TargetProgram {
    pb::TargetProgram {
        micro_credential_id: target.micro_credential_id.to_string(),
        title: target.title,
        content_similarity: target.content_similarity,
    }
}

fn side(side: Side) -> pb::AssessedOutcome {
    pb::AssessedOutcome {
        id: side.id.map(|id| id.to_string()).unwrap_or_default(),
        text: side.text,
        bloom_level: side.bloom_level.map(WireEnum::to_wire),
    }
}

fn matched(matched: Match) -> pb::OutcomeMatch {
    pb::OutcomeMatch {
        source_outcome: matched.source_outcome,
        target_outcome: matched.target_outcome,
        target_program: matched.target_program,
        similarity: matched.similarity,
        status: matched.status.to_wire(),
        level_gap: matched.level_gap,
    }
}
