//! The encoder, open to other programs.

use domain::Failure;
use domain::policy::Action;
use domain::validate::Violations;
use inference::{EmbedOptions, Priority};
use protocol::caller::Caller;

use super::options;
use crate::failure::of_embedding;
use crate::state::AppState;
use crate::store::embedding::Embedding;

/// Most texts of one call.
const MOST: usize = 64;
/// Longest text, in characters; long ones are read in windows.
const LONGEST: usize = 20_000;

/// Checks the texts and turns them into vectors, in their order. Signed-in people may ask.
pub(crate) async fn embed_texts(
    state: &AppState,
    caller: &Caller,
    texts: Vec<String>,
) -> Result<Vec<Embedding>, Failure> {
    caller.authorize(Action::EmbedTexts, None)?;
    check(&texts)?;
    // Many long texts are the work of many seconds: who searches meanwhile goes first.
    let options = EmbedOptions {
        priority: Priority::Bulk,
        ..options(caller)
    };
    state
        .embedder
        .embed(texts, options)
        .await
        .map_err(|error| of_embedding(error, |index| format!("texts[{index}]")))
}

fn check(texts: &[String]) -> Result<(), Failure> {
    let mut violations = Violations::new();
    violations.require(
        (1..=MOST).contains(&texts.len()),
        "texts",
        format!("must have 1 to {MOST} entries"),
    );
    for (index, text) in texts.iter().enumerate().take(MOST) {
        violations.text(format!("texts[{index}]"), text, LONGEST);
    }
    violations.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_text_is_named_by_its_place() {
        let texts = ["fine", " ", "also fine", ""].map(ToOwned::to_owned);

        let refused = check(&texts).unwrap_err();

        let fields: Vec<&str> = refused
            .fields
            .iter()
            .map(|violation| violation.field.as_str())
            .collect();
        assert_eq!(fields, ["texts[1]", "texts[3]"]);
    }

    #[test]
    fn no_texts_and_too_many_are_refused() {
        assert!(check(&[]).is_err());
        assert!(check(&vec!["x".to_owned(); MOST + 1]).is_err());
        assert!(check(&vec!["x".to_owned(); MOST]).is_ok());
    }
}
