//! Where could an offer lead.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, PredictionId};
use domain::pathway::Pathway;
use domain::policy::Action;
use domain::validate::Violations;
use domain::workflow::PathwayStatus;
use protocol::caller::Caller;
use serde_json::{Value, json};

use super::{options, unreadable};
use crate::failure::of_computing;
use crate::index::document::Offer;
use crate::number::{cosine, rounded};
use crate::recommend::policy::{ALIKE, ALIKE_CONTENT, CANDIDATES, DEFAULT, MOST};
use crate::recommend::{METHOD, Recommended, Situation, recommend};
use crate::state::AppState;
use crate::store::prediction::NewPrediction;

/// When a caller may come again while offers wait for their vectors.
const VECTORS_SOON: Duration = Duration::from_secs(3);

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecommendPathways {
    pub(crate) id: MicroCredentialId,
    pub(crate) target: Option<InstitutionId>,
    pub(crate) limit: usize,
    pub(crate) min_confidence: f64,
}

impl RecommendPathways {
    /// Checks the numbers; 0 recommendations mean the default.
    pub(crate) fn new(
        id: MicroCredentialId,
        target: Option<InstitutionId>,
        limit: u32,
        min_confidence: f64,
    ) -> Result<Self, Failure> {
        let limit = if limit == 0 { DEFAULT } else { limit };
        let mut violations = Violations::new();
        violations.require(
            limit <= MOST,
            "limit",
            format!("must be between 1 and {MOST}"),
        );
        violations.require(
            (0.0..=1.0).contains(&min_confidence),
            "minConfidence",
            "must be between 0 and 1",
        );
        violations.finish()?;
        Ok(Self {
            id,
            target,
            limit: usize::try_from(limit).map_err(Failure::internal)?,
            min_confidence,
        })
    }
}

/// An answer with what goes on record.
pub(crate) struct Answer {
    pub(crate) recommended: Recommended,
    pub(crate) milliseconds: f64,
    pub(crate) model_version: String,
    pub(crate) prediction: NewPrediction,
}

/// Recommends. Signed-in people may ask.
pub(crate) async fn recommend_pathways(
    state: &AppState,
    caller: &Caller,
    asked: RecommendPathways,
) -> Result<Answer, Failure> {
    caller.authorize(Action::RecommendPathways, None)?;
    answer(state, caller, asked, "pathway_recommendation").await
}

/// Recommends, as a prediction of this kind.
pub(super) async fn answer(
    state: &AppState,
    caller: &Caller,
    asked: RecommendPathways,
    kind: &'static str,
) -> Result<Answer, Failure> {
    let begun = Instant::now();
    state.progress.require_snapshot()?;
    let source = offered(state, asked.id)?;
    if let Some(target) = asked.target {
        state
            .index
            .records()
            .institution(target)
            .ok_or_else(|| Failure::not_found("institution"))?;
    }
    // The offers that happen to have vectors may not be the nearest, and the answer goes on record.
    if state.index.waits_for_vectors_of(asked.target) {
        return Err(
            Failure::unavailable("offers of the catalogue are still being read")
                .retry_after(VECTORS_SOON),
        );
    }
    let gathered = gather(state, caller, Arc::clone(&source), asked.target).await?;
    let inputs = inputs(asked, &source, &gathered);
    let model_version = format!(
        "{METHOD}({})+{}",
        state.pathway_weights,
        state.embedder.model()
    );
    let (weights, of) = (state.pathway_weights, source);
    let compute = move || {
        let situation = Situation {
            source: &of,
            offers: &gathered.offers,
            pathways: &gathered.pathways,
            alike: &gathered.alike,
            decisions: &gathered.decisions,
            weights,
            vectors: &gathered.vectors,
        };
        recommend(&situation, asked.min_confidence, asked.limit)
    };
    let recommended = state.computing.run(compute).await.map_err(of_computing)?;
    let prediction = NewPrediction {
        id: PredictionId::generate(),
        kind,
        model_version: model_version.clone(),
        inputs,
        output: serde_json::to_value(&recommended).map_err(Failure::internal)?,
        score: recommended
            .recommendations
            .first()
            .map(|best| best.confidence_score),
    };
    Ok(Answer {
        recommended,
        milliseconds: begun.elapsed().as_secs_f64() * 1_000.0,
        model_version,
        prediction,
    })
}

/// A published offer.
pub(super) fn offered(state: &AppState, id: MicroCredentialId) -> Result<Arc<Offer>, Failure> {
    state
        .index
        .offer(id)
        .ok_or_else(|| Failure::not_found("published micro-credential"))
}

/// What recommendations are made from.
struct Gathered {
    offers: Vec<(Arc<Offer>, f64)>,
    pathways: Vec<(Arc<Pathway>, f64)>,
    alike: BTreeMap<MicroCredentialId, f64>,
    decisions: Vec<crate::index::Decision>,
    vectors: crate::embedder::Resolved,
}

async fn gather(
    state: &AppState,
    caller: &Caller,
    source: Arc<Offer>,
    target: Option<InstitutionId>,
) -> Result<Gathered, Failure> {
    let known = state
        .embedder
        .now(&[&source.content], options(caller))
        .await?;
    let Some(vector) = known.of(&source.content).map(Arc::clone) else {
        return Err(unreadable());
    };
    let (index, of) = (Arc::clone(&state.index), Arc::clone(&source));
    let look = move || {
        let acting = index.records().acting_institutions();
        // Within one's own institution only when that is what is asked for; to a withdrawn one nobody goes any more.
        let reaches = |offer: &Offer| match target {
            Some(target) => offer.institution.id == target && offer.id != of.id,
            None => {
                offer.institution.id != of.institution.id && acting.contains(&offer.institution.id)
            }
        };
        let near = index.nearest(&vector, CANDIDATES, reaches);
        let alike: BTreeMap<MicroCredentialId, f64> = index
            .nearest(&vector, ALIKE, |offer| offer.id != of.id)
            .into_iter()
            .filter(|(_offer, cosine)| *cosine >= ALIKE_CONTENT)
            .map(|(offer, cosine)| (offer.id, rounded(cosine)))
            .collect();
        let records = index.records();
        let mut concerned: HashSet<MicroCredentialId> = alike.keys().copied().collect();
        concerned.insert(of.id);
        let decisions = records.decisions(of.institution.id, &concerned);
        let open: Vec<Arc<Pathway>> = records
            .pathways_from(of.id)
            .into_iter()
            .filter(|pathway| {
                pathway.status == PathwayStatus::Active
                    && acting.contains(&pathway.fields.target_institution_id)
                    && target.is_none_or(|id| pathway.fields.target_institution_id == id)
            })
            .collect();
        (near, alike, decisions, open)
    };
    let (near, alike, decisions, open) = state.computing.run(look).await.map_err(of_computing)?;
    let said: Vec<String> = open.iter().map(|pathway| text_of(pathway)).collect();
    let texts: Vec<&str> = std::iter::once(&source)
        .chain(near.iter().map(|(offer, _cosine)| offer))
        .flat_map(|offer| offer.passage_texts().chain([offer.content.as_str()]))
        .chain(said.iter().map(String::as_str))
        .collect();
    let vectors = state.embedder.now(&texts, options(caller)).await?;
    let exact = |text: &str| {
        vectors
            .of(&source.content)
            .zip(vectors.of(text))
            .map_or(0.0, |(source, other)| rounded(cosine(source, other)))
    };
    Ok(Gathered {
        offers: near
            .iter()
            .map(|(offer, _)| (Arc::clone(offer), exact(&offer.content)))
            .collect(),
        pathways: open
            .into_iter()
            .zip(&said)
            .map(|(pathway, said)| (pathway, exact(said)))
            .collect(),
        alike,
        decisions,
        vectors,
    })
}

/// What a pathway says of where it leads.
fn text_of(pathway: &Pathway) -> String {
    match &pathway.fields.description {
        Some(description) => format!("{}. {description}", pathway.fields.name),
        None => pathway.fields.name.clone(),
    }
}

/// Everything that the answer depends on beside the method: ids with versions say which texts and decisions were read.
fn inputs(asked: RecommendPathways, source: &Offer, gathered: &Gathered) -> Value {
    let offers = gathered.offers.iter();
    let pathways = gathered.pathways.iter();
    json!({
        "microCredentialId": asked.id,
        "version": source.version,
        "targetInstitutionId": asked.target,
        "limit": asked.limit,
        "minConfidence": asked.min_confidence,
        "offers": offers
            .map(|(offer, _)| json!({ "microCredentialId": offer.id, "version": offer.version }))
            .collect::<Vec<_>>(),
        "pathways": pathways
            .map(|(pathway, _)| json!({ "pathwayId": pathway.id, "version": pathway.version }))
            .collect::<Vec<_>>(),
        "alike": gathered.alike,
        "decisions": gathered.decisions,
    })
}
