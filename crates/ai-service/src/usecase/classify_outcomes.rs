//! Bloom level, category and key words of outcomes.

use std::sync::Arc;

use domain::Failure;
use domain::id::PredictionId;
use domain::policy::Action;
use domain::validate::Violations;
use protocol::caller::Caller;
use serde_json::json;

use super::options;
use crate::failure::{of_computing, of_embedding};
use crate::outcome::classify::{Classified, METHOD, classify, neighbours};
use crate::outcome::labels;
use crate::state::AppState;
use crate::store::prediction::NewPrediction;

/// Most outcomes of one call.
const MOST: usize = 64;
/// Longest outcome, in characters.
const LONGEST: usize = 2_000;

/// Classifies every outcome, in their order; the prediction is what goes on record. Signed-in people may ask.
pub(crate) async fn classify_outcomes(
    state: &AppState,
    caller: &Caller,
    outcomes: Vec<String>,
) -> Result<(Vec<Classified>, NewPrediction), Failure> {
    caller.authorize(Action::AnalyzeOutcomes, None)?;
    check(&outcomes)?;
    let known: Vec<&str> = labels::all().iter().map(|labelled| labelled.text).collect();
    let known = state.embedder.now(&known, options(caller)).await?;
    let vectors = state
        .embedder
        .embed(outcomes.clone(), options(caller))
        .await
        .map_err(|error| of_embedding(error, |index| format!("outcomes[{index}]")))?;
    let inputs = json!({ "outcomes": outcomes });
    let compute = move || {
        let neighbours = neighbours(|text| known.of(text).map(Arc::clone));
        outcomes
            .iter()
            .zip(&vectors)
            .map(|(text, vector)| classify(text, vector, &neighbours))
            .collect::<Vec<_>>()
    };
    let classified = state.computing.run(compute).await.map_err(of_computing)?;
    let surest = classified.iter().filter_map(|outcome| {
        let mut levels = outcome.bloom_confidences.iter();
        levels.find(|(level, _)| *level == outcome.bloom_level)
    });
    let sum: f64 = surest.map(|(_, confidence)| confidence).sum();
    let prediction = NewPrediction {
        id: PredictionId::generate(),
        kind: "outcome_classification",
        model_version: format!("{METHOD}+{}", state.embedder.model()),
        inputs,
        output: serde_json::to_value(&classified).map_err(Failure::internal)?,
        // The mean confidence in the level.
        score: Some((sum / crate::number::real(classified.len().max(1))).clamp(0.0, 1.0)),
    };
    Ok((classified, prediction))
}

fn check(outcomes: &[String]) -> Result<(), Failure> {
    let mut violations = Violations::new();
    violations.require(
        (1..=MOST).contains(&outcomes.len()),
        "outcomes",
        format!("must have 1 to {MOST} entries"),
    );
    for (index, text) in outcomes.iter().enumerate().take(MOST) {
        violations.text(format!("outcomes[{index}]"), text, LONGEST);
    }
    violations.finish()
}
