//! Offers like one offer.

use std::sync::Arc;

use domain::Failure;
use domain::id::MicroCredentialId;
use domain::policy::Action;
use protocol::caller::Caller;

use super::{options, unreadable};
use crate::embedder::Resolved;
use crate::failure::of_computing;
use crate::index::document::Offer;
use crate::number::{cosine, rounded};
use crate::state::AppState;

/// An area is shared from this cosine of two outcomes.
const SHARED: f64 = 0.60;
/// Most areas named for one offer.
const MOST_AREAS: usize = 5;

/// What is asked.
#[derive(Debug)]
pub(crate) struct FindSimilar {
    pub(crate) id: MicroCredentialId,
    pub(crate) limit: usize,
    pub(crate) min_similarity: f64,
}

/// A similar offer.
pub(crate) struct Similar {
    pub(crate) offer: Arc<Offer>,
    pub(crate) similarity: f64,
    /// Its outcomes or topics that the first offer also covers, most alike first.
    pub(crate) areas: Vec<String>,
}

/// Finds the offers whose content is nearest, of any institution, never the offer itself. Signed-in people may ask.
pub(crate) async fn find_similar(
    state: &AppState,
    caller: &Caller,
    asked: FindSimilar,
) -> Result<Vec<Similar>, Failure> {
    caller.authorize(Action::FindSimilar, None)?;
    state.progress.require_snapshot()?;
    let source = state
        .index
        .offer(asked.id)
        .ok_or_else(|| Failure::not_found("published micro-credential"))?;
    // Embedded at once if its turn in the backlog has not come yet.
    let known = state
        .embedder
        .now(&[&source.content], options(caller))
        .await?;
    let Some(vector) = known.of(&source.content).map(Arc::clone) else {
        return Err(unreadable());
    };
    let index = Arc::clone(&state.index);
    let (own, limit, least) = (source.id, asked.limit, asked.min_similarity);
    let near = state
        .computing
        .run(move || index.nearest(&vector, limit, |offer| offer.id != own))
        .await
        .map_err(of_computing)?;
    let near: Vec<(Arc<Offer>, f64)> = near
        .into_iter()
        .map(|(offer, cosine)| (offer, rounded(cosine.clamp(0.0, 1.0))))
        .filter(|(_offer, cosine)| *cosine >= least)
        .collect();
    let texts: Vec<&str> = std::iter::once(&source)
        .chain(near.iter().map(|(offer, _cosine)| offer))
        .flat_map(|offer| offer.passage_texts())
        .collect();
    let vectors = state.embedder.now(&texts, options(caller)).await?;
    drop(texts);
    let areas = move || {
        near.into_iter()
            .map(|(offer, similarity)| Similar {
                areas: areas(&source, &offer, &vectors),
                offer,
                similarity,
            })
            .collect()
    };
    state.computing.run(areas).await.map_err(of_computing)
}

fn areas(source: &Offer, other: &Offer, vectors: &Resolved) -> Vec<String> {
    let nearest = |text: &str| {
        let vector = vectors.of(text)?;
        source
            .passage_texts()
            .filter_map(|own| vectors.of(own))
            .map(|own| cosine(own, vector))
            .max_by(f64::total_cmp)
    };
    let mut shared: Vec<(f64, &str)> = other
        .passage_texts()
        .filter_map(|text| nearest(text).map(|cosine| (cosine, text)))
        .filter(|(cosine, _text)| *cosine >= SHARED)
        .collect();
    // Stable: equals keep the order of the outcomes.
    shared.sort_by(|left, right| right.0.total_cmp(&left.0));
    shared
        .into_iter()
        .take(MOST_AREAS)
        .map(|(_cosine, text)| text.to_owned())
        .collect()
}
