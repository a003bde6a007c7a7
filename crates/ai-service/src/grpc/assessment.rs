//! `AssessmentService`.

mod batch;

use domain::Failure;
use domain::id::{PredictionId, RecognitionId};
use domain::recognition::RecognitionDraft;
use domain::vocabulary::RecognitionType;
use protocol::caller::Caller;
use protocol::convert::WireEnum;
use protocol::convert::value::{decimal_to_wire, required};
use protocol::pb::ai as pb;
use protocol::pb::ai::assessment_service_server::AssessmentService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use crate::assess::{Match, Report, Side, Target};
use crate::rules::Findings;
use crate::state::AppState;
use crate::usecase::assess_credit::{AssessCredit, assess_credit};
use crate::usecase::keep::once;
use crate::usecase::validate_recognition::validate_recognition;
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
        let asked = request.into_inner();
        let work = async {
            let (report, prediction) = assess_credit(&self.0, &caller, question(&asked)?).await?;
            Ok((answer(report, prediction.id), vec![prediction]))
        };
        within(&caller, once(&self.0, &caller, &asked, Box::pin(work)))
            .await
            .map(Response::new)
            .map_err(into_status)
    }

    /// Signed-in people.
    async fn assess_credit_batch(
        &self,
        request: Request<pb::AssessCreditBatchRequest>,
    ) -> Result<Response<pb::AssessCreditBatchResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = request.into_inner();
        let work = batch::assess(&self.0, &caller, &asked.items);
        within(&caller, once(&self.0, &caller, &asked, Box::pin(work)))
            .await
            .map(Response::new)
            .map_err(into_status)
    }

    /// Administrators of the recognising institution.
    async fn validate_recognition(
        &self,
        request: Request<pb::ValidateRecognitionRequest>,
    ) -> Result<Response<pb::ValidateRecognitionResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (draft, changes) = proposal(request.into_inner()).map_err(into_status)?;
        let work = validate_recognition(&self.0, &caller, draft, changes);
        let (findings, model_version) = within(&caller, work).await.map_err(into_status)?;
        Ok(Response::new(told(findings, model_version)))
    }
}

fn proposal(
    request: pb::ValidateRecognitionRequest,
) -> Result<(RecognitionDraft, Option<RecognitionId>), Failure> {
    let changes = request.recognition_id.map(|id| id.parse()).transpose()?;
    Ok((required(request.draft, "draft")?.try_into()?, changes))
}

fn told(findings: Findings, model_version: String) -> pb::ValidateRecognitionResponse {
    pb::ValidateRecognitionResponse {
        valid: findings.is_valid(),
        broken: findings
            .broken
            .into_iter()
            .map(|broken| pb::BrokenRule {
                id: broken.id.into(),
                severity: broken.severity.to_wire(),
                field: broken.field.into(),
                explanation: broken.explanation,
            })
            .collect(),
        checked: findings.checked.into_iter().map(Into::into).collect(),
        unchecked: findings
            .unchecked
            .into_iter()
            .map(|(id, reason)| pb::UncheckedRule {
                id: id.into(),
                reason,
            })
            .collect(),
        model_version,
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
