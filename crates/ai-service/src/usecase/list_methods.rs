//! The methods in use, and how they do.

use domain::Failure;
use domain::policy::Action;
use protocol::caller::Caller;

use crate::drift::{note, population_stability_index};
use crate::number::wide;
use crate::state::AppState;
use crate::store::method::{self, BINS, Bin, Usage};
use crate::{assess, outcome, recommend, rules};

/// A method in use.
pub(crate) struct Method {
    pub(crate) kind: &'static str,
    pub(crate) version: String,
    pub(crate) description: &'static str,
    /// Absent for a method that keeps no predictions, or has not been asked.
    pub(crate) usage: Option<Usage>,
    /// Absent for a method that keeps no predictions.
    pub(crate) drift: Option<Drift>,
}

/// How its scores move.
pub(crate) struct Drift {
    pub(crate) index: Option<f64>,
    pub(crate) recent: u64,
    pub(crate) before: u64,
    pub(crate) note: String,
}

/// Lists them in a fixed order. Platform administrators may ask.
pub(crate) async fn list_methods(
    state: &AppState,
    caller: &Caller,
) -> Result<Vec<Method>, Failure> {
    caller.authorize(Action::ReadMethods, None)?;
    let methods = known(state);
    let versions: Vec<String> = methods
        .iter()
        .map(|(_, version, ..)| version.clone())
        .collect();
    let mut connection = state.database.connection_until(caller.deadline).await?;
    let usage = method::usage(&mut connection, &versions).await?;
    let spread = method::spread(&mut connection, &versions).await?;
    Ok(methods
        .into_iter()
        .map(|(kind, version, description, keeps)| Method {
            usage: usage
                .iter()
                .find(|usage| usage.kind == kind && usage.model_version == version)
                .cloned(),
            drift: keeps.then(|| drift(&spread, kind, &version)),
            kind,
            version,
            description,
        })
        .collect())
}

/// Kind, version, description, and whether predictions are kept.
fn known(state: &AppState) -> Vec<(&'static str, String, &'static str, bool)> {
    let encoder = state.embedder.model();
    let with_encoder = |method: &str| format!("{method}+{encoder}");
    let pathways = format!("{}({})+{encoder}", recommend::METHOD, state.pathway_weights);
    vec![
        (
            "encoder",
            encoder.to_owned(),
            "Sentence encoder: texts to vectors of length one.",
            false,
        ),
        (
            "credit_assessment",
            with_encoder(assess::METHOD),
            "Optimal assignment of outcomes and a weighted score with written thresholds; not a trained model.",
            true,
        ),
        (
            "pathway_recommendation",
            pathways.clone(),
            "Weighted mean of content, collaborative, institution and history; not a trained model.",
            true,
        ),
        (
            "pathway_suggestion",
            pathways,
            "The recommendations, as signed drafts.",
            true,
        ),
        (
            "outcome_classification",
            with_encoder(outcome::classify::METHOD),
            "A table of verbs and cue words, and the nearest of the outcomes labelled by hand.",
            true,
        ),
        (
            "outcome_extraction",
            outcome::extract::METHOD.to_owned(),
            "Weighed signs: lead-ins, headings, lists and verbs.",
            false,
        ),
        (
            "recognition_rules",
            with_encoder(rules::METHOD),
            "Written rules, each with its severity.",
            false,
        ),
    ]
}

fn drift(spread: &[Bin], kind: &str, version: &str) -> Drift {
    let (mut recent, mut before) = ([0_usize; BINS], [0_usize; BINS]);
    for bin in spread
        .iter()
        .filter(|bin| bin.kind == kind && bin.model_version == version)
    {
        let place = usize::try_from(bin.bin).unwrap_or(BINS);
        if let (Some(recent), Some(before)) = (recent.get_mut(place), before.get_mut(place)) {
            *recent = usize::try_from(bin.recent).unwrap_or(0);
            *before = usize::try_from(bin.before).unwrap_or(0);
        }
    }
    let index = population_stability_index(&recent, &before);
    Drift {
        index,
        recent: wide(recent.iter().sum()),
        before: wide(before.iter().sum()),
        note: note(index),
    }
}
