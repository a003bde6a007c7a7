//! Recommendations as drafts of pathways, signed for the person who asked.

use std::collections::HashSet;

use domain::Failure;
use domain::id::InstitutionId;
use domain::pathway::PathwayDraft;
use domain::policy::Action;
use domain::vocabulary::PathwayType;
use protocol::caller::Caller;
use protocol::pb::credential::SuggestedPathway;
use protocol::suggestion::Suggestion;

use super::recommend_pathways::{Answer, RecommendPathways, answer, offered};
use crate::index::document::Offer;
use crate::recommend::Recommendation;
use crate::recommend::policy::MOST;
use crate::state::AppState;

/// Longest name of a pathway, in characters.
const LONGEST_NAME: usize = 300;
/// Longest note of a pathway, in characters.
const LONGEST_NOTE: usize = 5_000;

/// Signed drafts, with the answer behind them.
pub(crate) struct Suggested {
    pub(crate) drafts: Vec<SuggestedPathway>,
    /// Recommendations that have no pathway from this offer yet.
    pub(crate) filtered: usize,
    pub(crate) answer: Answer,
}

/// Makes drafts of what would be recommended and has no pathway from this offer yet, whatever its status. Coordinators and
/// administrators of the institution that offers the micro-credential may ask.
pub(crate) async fn suggest_pathways(
    state: &AppState,
    caller: &Caller,
    asked: RecommendPathways,
) -> Result<Suggested, Failure> {
    state.progress.require_snapshot()?;
    let source = offered(state, asked.id)?;
    caller.authorize(Action::SuggestPathways, Some(source.institution.id))?;
    let person = caller
        .principal
        .user_id()
        .ok_or_else(|| Failure::internal("the policy let in somebody who is no person"))?;
    // What has a pathway already must not take the place of what has none.
    let wanted = RecommendPathways {
        limit: usize::try_from(MOST).map_err(Failure::internal)?,
        ..asked
    };
    let mut answer = answer(state, caller, wanted, "pathway_suggestion").await?;
    let taken: HashSet<(InstitutionId, String)> = state
        .index
        .records()
        .pathways_from(asked.id)
        .into_iter()
        .map(|pathway| {
            (
                pathway.fields.target_institution_id,
                pathway.fields.name.clone(),
            )
        })
        .collect();
    let mut fresh: Vec<(Recommendation, PathwayDraft)> = answer
        .recommended
        .recommendations
        .iter()
        .filter(|recommendation| recommendation.pathway_id.is_none())
        .map(|recommendation| (recommendation.clone(), draft(&source, recommendation)))
        .filter(|(_, draft)| !taken.contains(&(draft.target_institution_id, draft.name.clone())))
        .collect();
    let filtered = fresh.len();
    fresh.truncate(asked.limit);
    answer.recommended.recommendations = fresh
        .iter()
        .map(|(recommendation, _)| recommendation.clone())
        .collect();
    answer.recommended.filtered = filtered;
    answer.prediction.output =
        serde_json::to_value(&answer.recommended).map_err(Failure::internal)?;
    answer.prediction.score = fresh.first().map(|(best, _)| best.confidence_score);
    let mut drafts = Vec::with_capacity(fresh.len());
    for (recommendation, draft) in fresh {
        let draft = draft.into();
        let said = Suggestion {
            asked_by: person,
            prediction_id: answer.prediction.id,
            confidence_score: recommendation.confidence_score,
            ai_reasoning: recommendation.reasoning.join(" "),
        };
        drafts.push(SuggestedPathway {
            statement: state.suggestions.sign(&draft, said)?,
            draft: Some(draft),
        });
    }
    Ok(Suggested {
        drafts,
        filtered,
        answer,
    })
}

fn draft(source: &Offer, recommendation: &Recommendation) -> PathwayDraft {
    let target = &recommendation.institution;
    let shared: Vec<String> = recommendation
        .similar_outcomes
        .iter()
        .map(|shared| format!("{} ≈ {}", shared.source_outcome, shared.target_outcome))
        .collect();
    let note =
        |lines: &[String]| (!lines.is_empty()).then(|| shortened(&lines.join("\n"), LONGEST_NOTE));
    PathwayDraft {
        name: shortened(
            &format!(
                "{} to {} ({})",
                source.title, recommendation.title, target.code
            ),
            LONGEST_NAME,
        ),
        description: Some(format!(
            "From \"{}\" of {} to \"{}\" of {}.",
            source.title, source.institution.name, recommendation.title, target.name
        )),
        source_institution_id: source.institution.id,
        target_institution_id: target.id,
        micro_credential_id: source.id,
        pathway_type: if target.id == source.institution.id {
            PathwayType::Internal
        } else {
            PathwayType::External
        },
        transfer_credits: Some(recommendation.transfer_credits),
        equivalency_notes: note(&shared),
        additional_requirements: note(&recommendation.gaps),
    }
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shortened("short", 5), "short");
        assert_eq!(shortened(&"é".repeat(9), 5).chars().count(), 5);
    }
}
