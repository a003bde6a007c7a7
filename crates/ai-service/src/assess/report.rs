//! What an assessment says: figures, matrix, matches, and sentences a registrar can defend.

use domain::id::{LearningOutcomeId, MicroCredentialId, RecognitionId};
use domain::vocabulary::{
    BloomLevel, ComparisonBasis, CoverageStatus, CreditType, RecognitionType, Recommendation,
};
use rust_decimal::Decimal;
use serde::Serialize;

use super::features::{Compared, Pair};
use super::policy::MOST_PRECEDENTS;
use super::verdict::{Verdict, judge};
use super::{Case, credit, wording};
use crate::index::document::{Offer, Passage};
use crate::number::rounded;

/// The whole report; as JSON it is what is kept on record.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) recommendation: Recommendation,
    pub(crate) confidence: f64,
    pub(crate) credit_value: Decimal,
    pub(crate) credit_type: CreditType,
    pub(crate) analysis: Analysis,
    pub(crate) target_program: Option<Target>,
    pub(crate) alternatives: Vec<Target>,
    pub(crate) source_outcomes: Vec<Side>,
    pub(crate) target_outcomes: Vec<Side>,
    pub(crate) similarities: Vec<Vec<f64>>,
    pub(crate) matches: Vec<Match>,
    pub(crate) gaps: Vec<String>,
    pub(crate) conditions: Vec<String>,
    pub(crate) reasoning: Vec<String>,
    pub(crate) precedents: Vec<Precedent>,
    pub(crate) model_version: String,
}

/// The figures behind the advice.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Analysis {
    pub(crate) outcome_overlap: f64,
    pub(crate) content_similarity: f64,
    pub(crate) duration_similarity: Option<f64>,
    pub(crate) level_compatible: Option<bool>,
    pub(crate) credit_alignment: Option<f64>,
    pub(crate) historical_approval_rate: Option<f64>,
    pub(crate) score: f64,
    pub(crate) basis: ComparisonBasis,
}

/// An offer of the recognising institution.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    pub(crate) micro_credential_id: MicroCredentialId,
    pub(crate) title: String,
    pub(crate) content_similarity: f64,
}

/// An outcome or topic of one side of the matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Side {
    pub(crate) id: Option<LearningOutcomeId>,
    pub(crate) text: String,
    pub(crate) bloom_level: Option<BloomLevel>,
}

/// A target outcome and what covers it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Match {
    pub(crate) source_outcome: Option<String>,
    pub(crate) target_outcome: String,
    pub(crate) target_program: String,
    pub(crate) similarity: f64,
    pub(crate) status: CoverageStatus,
    pub(crate) level_gap: Option<i32>,
}

/// A recognition on record.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Precedent {
    pub(crate) recognition_id: RecognitionId,
    pub(crate) title: String,
    pub(crate) credit_value: Decimal,
}

/// Reports on the best comparison.
pub(super) fn of(
    case: &Case<'_>,
    best: &Compared,
    others: &[Compared],
    model_version: String,
) -> Report {
    let verdict = judge(best);
    let (recommendation, downgraded) = suited(&verdict, best, case.asked);
    let credit_value = credit::value(case.source, best, recommendation, case.asked);
    let told = wording::Told {
        case,
        best,
        verdict: &verdict,
        recommendation,
        downgraded,
        credit_value,
    };
    Report {
        recommendation,
        confidence: verdict.confidence,
        credit_value,
        credit_type: credit::kind(best, recommendation),
        analysis: Analysis {
            outcome_overlap: best.features.coverage,
            content_similarity: best.features.content,
            duration_similarity: best.features.duration,
            level_compatible: best.features.level,
            credit_alignment: best.features.credit,
            historical_approval_rate: best.features.history,
            score: rounded(best.score.value),
            basis: best.basis,
        },
        target_program: Some(target(best)),
        alternatives: others.iter().map(target).collect(),
        source_outcomes: sides(case.source),
        target_outcomes: sides(&best.target),
        similarities: best.matrix.clone(),
        matches: best.pairs.iter().map(|pair| shown(pair, best)).collect(),
        gaps: wording::gaps(best),
        conditions: wording::conditions(&told),
        reasoning: wording::reasoning(&told),
        precedents: precedents(case),
        model_version,
    }
}

/// Full credit is for full coverage; with less, an approval becomes one on conditions.
fn suited(verdict: &Verdict, best: &Compared, asked: RecognitionType) -> (Recommendation, bool) {
    let complete = best
        .pairs
        .iter()
        .all(|pair| pair.status == CoverageStatus::Covered);
    if asked == RecognitionType::FullCredit
        && verdict.recommendation == Recommendation::Approve
        && !complete
    {
        (Recommendation::Conditional, true)
    } else {
        (verdict.recommendation, false)
    }
}

/// Nothing to compare with: an expert has to look, and nothing is guessed.
pub(super) fn without_catalogue(
    case: &Case<'_>,
    history: Option<f64>,
    model_version: String,
) -> Report {
    Report {
        recommendation: Recommendation::Review,
        confidence: 0.0,
        credit_value: Decimal::ZERO,
        credit_type: CreditType::Elective,
        analysis: Analysis {
            outcome_overlap: 0.0,
            content_similarity: 0.0,
            duration_similarity: None,
            level_compatible: None,
            credit_alignment: None,
            historical_approval_rate: history,
            score: 0.0,
            basis: case.source.basis,
        },
        target_program: None,
        alternatives: Vec::new(),
        source_outcomes: sides(case.source),
        target_outcomes: Vec::new(),
        similarities: Vec::new(),
        matches: Vec::new(),
        gaps: Vec::new(),
        conditions: Vec::new(),
        reasoning: vec![format!(
            "{} has no published offer to compare with, so nothing can be matched; an expert has to decide.",
            case.institution_name
        )],
        precedents: precedents(case),
        model_version,
    }
}

fn target(compared: &Compared) -> Target {
    Target {
        micro_credential_id: compared.target.id,
        title: compared.target.title.clone(),
        content_similarity: compared.features.content,
    }
}

fn sides(offer: &Offer) -> Vec<Side> {
    let side = |passage: &Passage| Side {
        id: passage.id,
        text: passage.text.clone(),
        bloom_level: passage.bloom_level,
    };
    offer.passages.iter().map(side).collect()
}

fn shown(pair: &Pair, best: &Compared) -> Match {
    Match {
        source_outcome: pair.source.as_ref().map(|source| source.text.clone()),
        target_outcome: pair.target.text.clone(),
        target_program: best.target.title.clone(),
        similarity: pair.similarity,
        status: pair.status,
        level_gap: pair.level_gap,
    }
}

/// Those of this very offer first, then those between the institutions, each in the order of their ids.
fn precedents(case: &Case<'_>) -> Vec<Precedent> {
    let (of_this, of_others): (Vec<_>, Vec<_>) = case
        .precedents
        .iter()
        .filter(|recognition| recognition.is_active)
        .partition(|recognition| recognition.fields.micro_credential_id == case.source.id);
    of_this
        .into_iter()
        .chain(of_others)
        .take(MOST_PRECEDENTS)
        .map(|recognition| Precedent {
            recognition_id: recognition.id,
            title: recognition.micro_credential_title.clone(),
            credit_value: recognition.fields.credit_value,
        })
        .collect()
}
