//! Where an offer could lead: offers of other institutions that take up what it teaches, and pathways that are open already.
//!
//! Everything here computes. The same offer, destinations, decisions on record and weights give the same recommendations.

mod factors;
pub(crate) mod policy;
mod report;
mod wording;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::{InstitutionId, MicroCredentialId};
use domain::institution::InstitutionSummary;
use domain::pathway::Pathway;

pub(crate) use self::factors::Weights;
use self::factors::{Factors, Relations};
pub(crate) use self::report::{Recommendation, Recommended};
use crate::assess::features::{Compared, compare};
use crate::embedder::Resolved;
use crate::index::Decision;
use crate::index::document::Offer;

/// Name of the method; it changes with every rule or threshold of [`policy`].
pub(crate) const METHOD: &str = "pathway-factors-1";

/// What recommendations are made from.
pub(crate) struct Situation<'a> {
    pub(crate) source: &'a Offer,
    /// Offers that could take it up, with the cosine of the content vectors.
    pub(crate) offers: &'a [(Arc<Offer>, f64)],
    /// Open pathways that begin at the offer, with the cosine of what they say.
    pub(crate) pathways: &'a [(Arc<Pathway>, f64)],
    /// Offers like the source, with the cosine of the content vectors; never the source itself.
    pub(crate) alike: &'a BTreeMap<MicroCredentialId, f64>,
    /// What was decided about the source, the offers like it, and everything else that its institution offers.
    pub(crate) decisions: &'a [Decision],
    pub(crate) weights: Weights,
    /// Vectors of all passages.
    pub(crate) vectors: &'a Resolved,
}

/// A destination with everything known about it.
struct Candidate {
    destination: Destination,
    factors: Factors,
    relations: Relations,
    score: f64,
}

enum Destination {
    /// An offer, compared outcome by outcome.
    Offer(Box<Compared>),
    /// A pathway that is open already, and how near its words are.
    Pathway(Arc<Pathway>, f64),
}

impl Destination {
    fn institution(&self) -> &InstitutionSummary {
        match self {
            Self::Offer(compared) => &compared.target.institution,
            Self::Pathway(pathway, _) => &pathway.target_institution,
        }
    }

    /// For ties: the id of what is named.
    fn id(&self) -> uuid::Uuid {
        match self {
            Self::Offer(compared) => compared.target.id.uuid(),
            Self::Pathway(pathway, _) => pathway.id.uuid(),
        }
    }
}

/// Compares every destination, leaves out those of another subject or below `least`, and reports on the best `limit`.
pub(crate) fn recommend(situation: &Situation<'_>, least: f64, limit: usize) -> Recommended {
    let offers = situation.offers.iter().filter_map(|(offer, cosine)| {
        let compared = compare(situation.source, offer, situation.vectors, *cosine, None);
        policy::is_related(&compared).then(|| Destination::Offer(Box::new(compared)))
    });
    let pathways = situation
        .pathways
        .iter()
        .map(|(pathway, cosine)| Destination::Pathway(Arc::clone(pathway), *cosine));
    let mut relations: BTreeMap<InstitutionId, Relations> = BTreeMap::new();
    let mut candidates: Vec<Candidate> = pathways
        .chain(offers)
        .map(|destination| {
            let target = destination.institution().id;
            let relations = *relations
                .entry(target)
                .or_insert_with(|| Relations::with(situation, target));
            let factors = Factors::of(&destination, relations);
            Candidate {
                score: factors.score(&situation.weights),
                destination,
                factors,
                relations,
            }
        })
        .filter(|candidate| candidate.score >= least)
        .collect();
    candidates.sort_by(|left, right| {
        right
            .score
            .total_cmp(&left.score)
            .then(left.destination.id().cmp(&right.destination.id()))
    });
    Recommended {
        total: situation
            .offers
            .len()
            .saturating_add(situation.pathways.len()),
        filtered: candidates.len(),
        recommendations: candidates
            .iter()
            .take(limit)
            .map(|candidate| report::of(situation, candidate))
            .collect(),
    }
}

#[cfg(test)]
mod tests;
