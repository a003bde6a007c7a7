//! The sentences of a recommendation: every one with its figure.

use domain::vocabulary::{ComparisonBasis, CoverageStatus};

use super::{Candidate, Destination, Situation};
use crate::assess::features::Compared;
use crate::assess::policy::ENOUGH_DECISIONS;

/// Why, factor by factor.
pub(super) fn reasoning(situation: &Situation<'_>, candidate: &Candidate) -> Vec<String> {
    let target = candidate.destination.institution().name.as_str();
    let mut sentences = content(candidate);
    sentences.push(collaborative(candidate, target));
    sentences.push(institution(situation, candidate, target));
    sentences.push(history(candidate));
    sentences.push(weighted(situation, candidate));
    sentences
}

fn content(candidate: &Candidate) -> Vec<String> {
    let factor = candidate.factors.content;
    match &candidate.destination {
        Destination::Offer(compared) => {
            let count = |status| {
                let pairs = compared.pairs.iter();
                pairs.filter(|pair| pair.status == status).count()
            };
            let mut sentences = vec![format!(
                "The similarity to \"{}\" is {:.2}; of its {} {} {} are covered, {} at a lower level, {} in part and {} not: content {factor:.2}.",
                compared.target.title,
                compared.features.content,
                compared.pairs.len(),
                passages(compared),
                count(CoverageStatus::Covered),
                count(CoverageStatus::CoveredLowerLevel),
                count(CoverageStatus::Partial),
                count(CoverageStatus::NotCovered),
            )];
            if compared.basis == ComparisonBasis::Topics {
                sentences.push(
                    "At least one side states no learning outcomes: topics of its description were compared instead, which is weaker evidence."
                        .to_owned(),
                );
            }
            sentences
        }
        Destination::Pathway(pathway, cosine) => vec![format!(
            "The pathway \"{}\" is open for this offer already; the similarity of what it says is {cosine:.2}: content {factor:.2}.",
            pathway.fields.name
        )],
    }
}

fn passages(compared: &Compared) -> &'static str {
    match compared.target.basis {
        ComparisonBasis::Outcomes => "outcomes",
        ComparisonBasis::Topics => "topics",
    }
}

fn collaborative(candidate: &Candidate, target: &str) -> String {
    match candidate.factors.collaborative {
        Some(factor) => format!(
            "{target} has a standing recognition or pathway for {} of the offers like this one, itself included: collaborative {factor:.2}.",
            candidate.relations.alike
        ),
        None => "No recognition or pathway is on record for this offer or any like it: collaborative is left out."
            .to_owned(),
    }
}

fn institution(situation: &Situation<'_>, candidate: &Candidate, target: &str) -> String {
    let source = &situation.source.institution.name;
    match candidate.factors.institution {
        Some(factor) => format!(
            "{} recognitions and pathways of {target} for offers of {source} stand: institution {factor:.2}.",
            candidate.relations.standing
        ),
        None => format!(
            "No recognition or pathway is on record for any offer of {source}: institution is left out."
        ),
    }
}

fn history(candidate: &Candidate) -> String {
    match candidate.factors.history {
        Some(factor) => format!(
            "Of {} decisions between the two institutions {} still stand: history {factor:.2}.",
            candidate.relations.decisions, candidate.relations.standing
        ),
        None => format!(
            "Fewer than {ENOUGH_DECISIONS} decisions between the two institutions are on record: history is left out."
        ),
    }
}

fn weighted(situation: &Situation<'_>, candidate: &Candidate) -> String {
    let parts = candidate.factors.parts(&situation.weights);
    let known: Vec<String> = parts
        .iter()
        .filter_map(|(name, value, weight)| {
            value.map(|value| format!("{name} {value:.2} (weight {weight:.2})"))
        })
        .collect();
    let shared_out = if known.len() < parts.len() {
        " The weights of what is left out are shared out among the others."
    } else {
        ""
    };
    format!(
        "Confidence {:.2} is the weighted mean of {}.{shared_out}",
        candidate.score,
        known.join(", ")
    )
}
