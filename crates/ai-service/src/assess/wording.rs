//! The sentences of a report: every one with its figure, none without a reason.

use domain::vocabulary::{ComparisonBasis, CoverageStatus, RecognitionType, Recommendation};
use rust_decimal::Decimal;

use super::features::{Compared, Pair};
use super::policy::{
    APPROVE_COVERAGE, APPROVE_SCORE, CONDITIONAL_COVERAGE, CONDITIONAL_SCORE, ENOUGH_DECISIONS,
    ENOUGH_HOURS, LEAST_CONFIDENCE, RELATED_CONTENT, RELATED_COVERAGE,
};
use super::verdict::Verdict;
use super::{Case, credit};

/// What the sentences are about.
pub(super) struct Told<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) best: &'a Compared,
    pub(super) verdict: &'a Verdict,
    pub(super) recommendation: Recommendation,
    /// Full credit was asked for and the coverage is not full.
    pub(super) downgraded: bool,
    pub(super) credit_value: Decimal,
}

/// Target outcomes that nothing covers, or only in part.
pub(super) fn gaps(best: &Compared) -> Vec<String> {
    best.pairs
        .iter()
        .filter_map(|pair| {
            let core = if pair.target.is_core {
                "core outcome"
            } else {
                "outcome"
            };
            let text = &pair.target.text;
            match pair.status {
                CoverageStatus::NotCovered => Some(format!("Not covered ({core}): {text}")),
                CoverageStatus::Partial => Some(format!(
                    "Covered in part only, similarity {:.2} ({core}): {text}",
                    pair.similarity
                )),
                CoverageStatus::Covered | CoverageStatus::CoveredLowerLevel => None,
            }
        })
        .collect()
}

/// What to ask of the learner; nothing when the advice is not to give credit at all.
pub(super) fn conditions(told: &Told<'_>) -> Vec<String> {
    if told.recommendation == Recommendation::Deny {
        return Vec::new();
    }
    let (best, source) = (told.best, told.case.source);
    let mut conditions = Vec::new();
    if told.downgraded {
        conditions.push(format!(
            "Full credit needs every outcome covered; grant {} credits as partial credit, or full credit once the gaps are closed.",
            told.credit_value
        ));
    }
    conditions.extend(best.pairs.iter().filter_map(bridge));
    match best.features.level {
        Some(false) => conditions.push(format!(
            "Show work at the level of the target ({}); the offer is stated as {}.",
            best.target
                .level
                .map_or("not stated", |level| level.as_str()),
            source.level.map_or("not stated", |level| level.as_str())
        )),
        None => conditions
            .push("Confirm the level of both offers; at least one does not state it.".to_owned()),
        Some(true) => {}
    }
    if let (Some(ratio), Some(has), Some(wants)) =
        (best.features.duration, source.hours, best.target.hours)
        && has < wants
        && ratio < ENOUGH_HOURS
    {
        conditions.push(format!(
            "Make up for {} of {} learning hours.",
            (wants - has).normalize(),
            wants.normalize()
        ));
    }
    if told.case.asked == RecognitionType::Exemption {
        conditions.push("An exemption frees from the requirement and gives no credits.".to_owned());
    }
    conditions
}

/// Bridging work for a core outcome that is missing or not deep enough.
fn bridge(pair: &Pair) -> Option<String> {
    let text = &pair.target.text;
    match pair.status {
        CoverageStatus::NotCovered if pair.target.is_core => {
            Some(format!("Bridging work for the core outcome: {text}"))
        }
        CoverageStatus::Partial if pair.target.is_core => {
            Some(format!("Evidence of the whole core outcome: {text}"))
        }
        CoverageStatus::CoveredLowerLevel => Some(format!(
            "Evidence at Bloom level {}: {text}",
            pair.target
                .bloom_level
                .map_or("not stated", |level| level.as_str())
        )),
        CoverageStatus::Covered | CoverageStatus::Partial | CoverageStatus::NotCovered => None,
    }
}

/// Why, step by step.
pub(super) fn reasoning(told: &Told<'_>) -> Vec<String> {
    let mut sentences = vec![compared(told), covered(told.best), figures(told.best)];
    sentences.extend(left_out(told.best));
    sentences.extend(basis(told.best));
    sentences.push(history(told));
    sentences.push(advice(told));
    sentences.push(credits(told));
    sentences
}

fn compared(told: &Told<'_>) -> String {
    format!(
        "Compared with the {} nearest published offers of {}: \"{}\" scores best; the similarity of the descriptions is {:.2}.",
        told.case.candidates.len(),
        told.case.institution_name,
        told.best.target.title,
        told.best.features.content
    )
}

fn covered(best: &Compared) -> String {
    let count = |status| {
        best.pairs
            .iter()
            .filter(|pair| pair.status == status)
            .count()
    };
    format!(
        "Of {} target outcomes {} are covered, {} covered at a lower level, {} covered in part and {} not covered: coverage {:.2}.",
        best.pairs.len(),
        count(CoverageStatus::Covered),
        count(CoverageStatus::CoveredLowerLevel),
        count(CoverageStatus::Partial),
        count(CoverageStatus::NotCovered),
        best.features.coverage
    )
}

fn figures(best: &Compared) -> String {
    let parts: Vec<String> = best
        .features
        .parts()
        .into_iter()
        .filter_map(|(name, strength, weight)| {
            strength.map(|strength| format!("{name} {strength:.2} (weight {weight:.2})"))
        })
        .collect();
    format!(
        "Weighted score {:.2} of 1: {}.",
        best.score.value,
        parts.join(", ")
    )
}

fn left_out(best: &Compared) -> Option<String> {
    let names: Vec<&str> = best
        .features
        .parts()
        .into_iter()
        .filter(|(name, strength, _weight)| strength.is_none() && *name != "history")
        .map(|(name, _strength, _weight)| name)
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "Left out, because the catalogue does not state it on both sides: {}. The other weights were scaled up and the confidence lowered.",
            names.join(", ")
        )
    })
}

fn basis(best: &Compared) -> Option<String> {
    match best.basis {
        ComparisonBasis::Outcomes => None,
        ComparisonBasis::Topics => Some(
            "At least one side states no learning outcomes: topics of its description were compared instead, which is weaker evidence."
                .to_owned(),
        ),
    }
}

fn history(told: &Told<'_>) -> String {
    match told.best.features.history {
        Some(rate) => format!(
            "Of the recognitions on record between the two institutions {:.0} % still stand.",
            rate * 100.0
        ),
        None => format!(
            "Fewer than {ENOUGH_DECISIONS} recognitions between the two institutions are on record, so history has no weight."
        ),
    }
}

fn advice(told: &Told<'_>) -> String {
    let confidence = told.verdict.confidence;
    if let Some(withheld) = told.verdict.withheld {
        return format!(
            "The figures point to {withheld}, but the confidence of {confidence:.2} is below {LEAST_CONFIDENCE:.2}: an expert should look."
        );
    }
    let reason = match told.recommendation {
        Recommendation::Approve => format!(
            "the score reaches {APPROVE_SCORE:.2}, the coverage {APPROVE_COVERAGE:.2}, every core outcome is met at least in part and the level suffices"
        ),
        Recommendation::Conditional if told.downgraded => {
            "full credit was asked for and not every outcome is covered".to_owned()
        }
        Recommendation::Conditional => format!(
            "the score reaches {CONDITIONAL_SCORE:.2} and the coverage {CONDITIONAL_COVERAGE:.2}, but not everything that an approval needs"
        ),
        Recommendation::Review => format!(
            "the subject is related, but score or coverage stay below {CONDITIONAL_SCORE:.2} and {CONDITIONAL_COVERAGE:.2}"
        ),
        Recommendation::Deny => format!(
            "the descriptions are less similar than {RELATED_CONTENT:.2} and the coverage is below {RELATED_COVERAGE:.2}: this is another subject"
        ),
    };
    format!(
        "Advice {} with confidence {confidence:.2}: {reason}.",
        told.recommendation
    )
}

fn credits(told: &Told<'_>) -> String {
    match told.recommendation {
        Recommendation::Deny => "No credits.".to_owned(),
        Recommendation::Review => format!(
            "No credits are advised before an expert has looked; by coverage alone it would be at most {}.",
            credit::at_most(told.case.source, told.best)
        ),
        Recommendation::Approve | Recommendation::Conditional => format!(
            "{} credits: the smaller of the credits stated by the two offers{}, rounded down to half credits.",
            told.credit_value,
            if told.case.asked == RecognitionType::Exemption {
                ", none for an exemption"
            } else if told.recommendation == Recommendation::Approve
                && told.case.asked != RecognitionType::PartialCredit
            {
                ""
            } else {
                ", times the coverage"
            }
        ),
    }
}
