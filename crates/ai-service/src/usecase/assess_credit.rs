//! Should an institution give credit for an offer of another one.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, PredictionId};
use domain::policy::Action;
use domain::vocabulary::RecognitionType;
use protocol::caller::Caller;
use serde_json::json;

use super::{options, unreadable};
use crate::assess::policy::CANDIDATES;
use crate::assess::{Case, METHOD, Report, assess};
use crate::embedder::Resolved;
use crate::failure::of_computing;
use crate::index::document::Offer;
use crate::number::cosine;
use crate::state::AppState;
use crate::store::prediction::NewPrediction;

/// When a caller may come again while offers wait for their vectors; the encoder makes dozens in a second.
const VECTORS_SOON: Duration = Duration::from_secs(3);

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AssessCredit {
    pub(crate) id: MicroCredentialId,
    pub(crate) institution: InstitutionId,
    pub(crate) asked: RecognitionType,
}

/// Assesses; the prediction is what goes on record. Signed-in people may ask.
pub(crate) async fn assess_credit(
    state: &AppState,
    caller: &Caller,
    asked: AssessCredit,
) -> Result<(Report, NewPrediction), Failure> {
    caller.authorize(Action::AssessCredit, None)?;
    state.progress.require_snapshot()?;
    let source = state
        .index
        .offer(asked.id)
        .ok_or_else(|| Failure::not_found("published micro-credential"))?;
    let institution = state
        .index
        .records()
        .institution(asked.institution)
        .ok_or_else(|| Failure::not_found("institution"))?;
    if source.institution.id == asked.institution {
        return Err(Failure::invalid_field(
            "recognizingInstitutionId",
            "must be another institution than the one that offers the micro-credential",
        ));
    }
    let (candidates, vectors) = gather(state, caller, &source, asked.institution).await?;
    let precedents =
        state
            .index
            .records()
            .precedents(source.institution.id, asked.institution, source.id);
    let inputs = inputs(asked, &source, &candidates);
    let model_version = format!("{METHOD}+{}", state.embedder.model());
    let compute = move || {
        let case = Case {
            source: &source,
            institution: asked.institution,
            institution_name: &institution.fields.name,
            asked: asked.asked,
            candidates: &candidates,
            precedents: &precedents,
            vectors: &vectors,
        };
        assess(&case, model_version)
    };
    let report = state.computing.run(compute).await.map_err(of_computing)?;
    let prediction = NewPrediction {
        id: PredictionId::generate(),
        kind: "credit_assessment",
        model_version: report.model_version.clone(),
        inputs,
        output: serde_json::to_value(&report).map_err(Failure::internal)?,
        score: Some(report.confidence),
    };
    Ok((report, prediction))
}

/// The nearest offers of the recognising institution, and the vectors of everything that is compared.
async fn gather(
    state: &AppState,
    caller: &Caller,
    source: &Arc<Offer>,
    institution: InstitutionId,
) -> Result<(Vec<(Arc<Offer>, f64)>, Resolved), Failure> {
    let known = state
        .embedder
        .now(&[&source.content], options(caller))
        .await?;
    let Some(vector) = known.of(&source.content).map(Arc::clone) else {
        return Err(unreadable());
    };
    // The offers that happen to have vectors may not be the nearest, and the answer goes on record.
    if state.index.waits_for_vectors(institution) {
        return Err(
            Failure::unavailable("the offers of this institution are still being read")
                .retry_after(VECTORS_SOON),
        );
    }
    let index = Arc::clone(&state.index);
    let near = move || {
        index.nearest(&vector, CANDIDATES, |offer| {
            offer.institution.id == institution
        })
    };
    let candidates = state.computing.run(near).await.map_err(of_computing)?;
    let offers: Vec<&Arc<Offer>> = std::iter::once(source)
        .chain(candidates.iter().map(|(offer, _cosine)| offer))
        .collect();
    let texts: Vec<&str> = offers
        .iter()
        .flat_map(|offer| offer.passage_texts().chain([offer.content.as_str()]))
        .collect();
    let vectors = state.embedder.now(&texts, options(caller)).await?;
    // Anew from the vectors themselves: a large index keeps them rounded.
    let exact = |offer: &Offer| {
        vectors
            .of(&source.content)
            .zip(vectors.of(&offer.content))
            .map_or(0.0, |(source, target)| cosine(source, target))
    };
    let candidates = candidates
        .iter()
        .map(|(offer, _approximate)| (Arc::clone(offer), exact(offer)))
        .collect();
    Ok((candidates, vectors))
}

/// Everything that the answer depends on beside the method: ids with versions say which texts were read.
fn inputs(
    asked: AssessCredit,
    source: &Offer,
    candidates: &[(Arc<Offer>, f64)],
) -> serde_json::Value {
    json!({
        "microCredentialId": asked.id,
        "version": source.version,
        "recognizingInstitutionId": asked.institution,
        "recognitionType": asked.asked,
        "candidates": candidates
            .iter()
            .map(|(offer, _cosine)| json!({ "microCredentialId": offer.id, "version": offer.version }))
            .collect::<Vec<_>>(),
    })
}
