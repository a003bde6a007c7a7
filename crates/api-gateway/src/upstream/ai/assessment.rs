//! The assessment as the service answers it → as the contract shows it.

use domain::Failure;
use domain::vocabulary::{BloomLevel, ComparisonBasis, CoverageStatus, CreditType, Recommendation};
use protocol::convert::WireEnum as _;
use protocol::convert::value::{decimal_from_wire, required};
use protocol::pb::ai as pb;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::dto::ai::assessment::{
    Advice, Analysis, AssessedOutcome, AssessmentReport, AssessmentRequest, Matrix, OutcomeMatch,
    Precedent, TargetProgram,
};

/// A question about one pair.
pub(super) fn question(input: AssessmentRequest) -> pb::AssessCreditRequest {
    pb::AssessCreditRequest {
        micro_credential_id: input.micro_credential_id.to_string(),
        recognizing_institution_id: input.recognizing_institution_id.to_string(),
        recognition_type: input.recognition_type.to_wire(),
    }
}

/// Reads a whole assessment.
pub(super) fn report(wire: pb::AssessCreditResponse) -> Result<AssessmentReport, Failure> {
    let analysis = required(wire.analysis, "analysis")?;
    Ok(AssessmentReport {
        assessment: Advice {
            recommendation: Recommendation::from_wire(wire.recommendation, "recommendation")?,
            confidence: wire.confidence,
            credit_value: credits(wire.credit_value)?,
            credit_type: CreditType::from_wire(wire.credit_type, "credit_type")?,
        },
        analysis: Analysis {
            outcome_overlap: analysis.outcome_overlap,
            content_similarity: analysis.content_similarity,
            duration_similarity: analysis.duration_similarity,
            level_compatible: analysis.level_compatible,
            credit_alignment: analysis.credit_alignment,
            historical_approval_rate: analysis.historical_approval_rate,
            score: analysis.score,
            basis: ComparisonBasis::from_wire(analysis.basis, "basis")?,
            target_program: wire.target_program.map(program).transpose()?,
            alternatives: all(wire.alternatives, program)?,
        },
        matrix: matrix(wire.matrix.unwrap_or_default())?,
        matches: all(wire.matches, outcome_match)?,
        gaps: wire.gaps,
        conditions: wire.conditions,
        reasoning: wire.reasoning,
        precedents: all(wire.precedents, precedent)?,
        model_version: wire.model_version,
        prediction_id: uuid(&wire.prediction_id)?,
    })
}

fn all<W, T>(wires: Vec<W>, read: impl Fn(W) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
    wires.into_iter().map(read).collect()
}

fn credits(wire: Option<protocol::pb::common::Decimal>) -> Result<Decimal, Failure> {
    decimal_from_wire(&required(wire, "credit_value")?, "credit_value")
}

pub(super) fn uuid(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|error| Failure::malformed("not a UUID").caused_by(error))
}

fn program(wire: pb::TargetProgram) -> Result<TargetProgram, Failure> {
    Ok(TargetProgram {
        micro_credential_id: wire.micro_credential_id.parse()?,
        title: wire.title,
        content_similarity: wire.content_similarity,
    })
}

fn matrix(wire: pb::OutcomeMatrix) -> Result<Matrix, Failure> {
    let rows = wire.rows.into_iter();
    Ok(Matrix {
        source_outcomes: all(wire.source_outcomes, outcome)?,
        target_outcomes: all(wire.target_outcomes, outcome)?,
        similarities: rows.map(|row| row.similarities).collect(),
    })
}

fn outcome(wire: pb::AssessedOutcome) -> Result<AssessedOutcome, Failure> {
    let id = Some(wire.id).filter(|id| !id.is_empty());
    Ok(AssessedOutcome {
        id: id.as_deref().map(uuid).transpose()?,
        text: wire.text,
        bloom_level: BloomLevel::optional(wire.bloom_level, "bloom_level")?,
    })
}

fn outcome_match(wire: pb::OutcomeMatch) -> Result<OutcomeMatch, Failure> {
    Ok(OutcomeMatch {
        source_outcome: wire.source_outcome,
        target_outcome: wire.target_outcome,
        target_program: wire.target_program,
        similarity: wire.similarity,
        status: CoverageStatus::from_wire(wire.status, "status")?,
        level_gap: wire.level_gap,
    })
}

fn precedent(wire: pb::Precedent) -> Result<Precedent, Failure> {
    Ok(Precedent {
        recognition_id: wire.recognition_id.parse()?,
        title: wire.title,
        credit_value: credits(wire.credit_value)?,
    })
}
