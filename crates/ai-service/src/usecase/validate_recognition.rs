//! Does a proposed recognition keep the written rules.

use std::sync::Arc;

use domain::Failure;
use domain::id::{InstitutionId, RecognitionId};
use domain::policy::Action;
use domain::recognition::RecognitionDraft;
use protocol::caller::Caller;

use super::options;
use crate::failure::of_computing;
use crate::index::document::Offer;
use crate::number::cosine;
use crate::rules::{Findings, METHOD, Proposal, check};
use crate::state::AppState;

/// Checks every rule; the second value names the set of rules and the encoder. Administrators of the recognising institution may
/// ask.
pub(crate) async fn validate_recognition(
    state: &AppState,
    caller: &Caller,
    draft: RecognitionDraft,
    changes: Option<RecognitionId>,
) -> Result<(Findings, String), Failure> {
    let by = draft.recognizing_institution_id;
    caller.authorize(Action::ValidateRecognition, Some(by))?;
    state.progress.require_snapshot()?;
    let offer = state.index.offer(draft.micro_credential_id);
    let nearest = match &offer {
        Some(offer) => nearest(state, caller, offer, by).await?,
        None => None,
    };
    let records = state.index.records();
    let institution = records.institution(by);
    let standing = records.recognitions_of(draft.micro_credential_id, by);
    let findings = check(&Proposal {
        draft: &draft,
        changes,
        offer: offer.as_deref(),
        institution: institution.as_deref(),
        standing: &standing,
        nearest: nearest
            .as_ref()
            .map(|(offer, cosine)| (offer.as_ref(), *cosine)),
    });
    Ok((findings, format!("{METHOD}+{}", state.embedder.model())))
}

/// The recognising institution's offer nearest in content; none when it has none, or nothing can be compared with this offer.
async fn nearest(
    state: &AppState,
    caller: &Caller,
    offer: &Arc<Offer>,
    by: InstitutionId,
) -> Result<Option<(Arc<Offer>, f64)>, Failure> {
    let known = state
        .embedder
        .now(&[&offer.content], options(caller))
        .await?;
    let Some(vector) = known.of(&offer.content).map(Arc::clone) else {
        return Ok(None);
    };
    let index = Arc::clone(&state.index);
    let (own, of) = (offer.id, Arc::clone(&vector));
    let near = move || {
        let wanted = |other: &Offer| other.institution.id == by && other.id != own;
        index.nearest(&of, 1, wanted).pop()
    };
    let Some((near, _approximate)) = state.computing.run(near).await.map_err(of_computing)? else {
        return Ok(None);
    };
    let known = state
        .embedder
        .now(&[&near.content], options(caller))
        .await?;
    let exact = known
        .of(&near.content)
        .map_or(0.0, |other| cosine(&vector, other));
    Ok(Some((near, exact)))
}
