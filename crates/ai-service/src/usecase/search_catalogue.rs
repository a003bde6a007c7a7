//! Search by meaning and by words.

use std::sync::Arc;
use std::time::Instant;

use domain::Failure;
use domain::policy::Action;
use domain::validate::Violations;
use protocol::caller::Caller;

use super::options;
use crate::failure::{of_computing, of_embedding, of_lexical};
use crate::index::document::Offer;
use crate::index::filter::Filter;
use crate::index::hybrid::Question;
use crate::index::passage::{Asked, matched_fields, snippet};
use crate::index::words;
use crate::number::{rounded, wide};
use crate::state::AppState;

/// Longest question, in characters.
const LONGEST: usize = 2_000;

/// A question that has been checked.
#[derive(Debug)]
pub(crate) struct SearchCatalogue {
    query: String,
    filter: Filter,
    limit: usize,
    min_similarity: f64,
}

/// What was found.
pub(crate) struct Answer {
    pub(crate) results: Vec<Hit>,
    pub(crate) total: u64,
    pub(crate) milliseconds: f64,
}

/// One offer found.
pub(crate) struct Hit {
    pub(crate) offer: Arc<Offer>,
    pub(crate) similarity: f64,
    pub(crate) matched_fields: Vec<&'static str>,
    pub(crate) snippet: String,
}

impl SearchCatalogue {
    /// Checks a question.
    pub(crate) fn new(
        query: String,
        filter: Filter,
        limit: u32,
        min_similarity: f64,
    ) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.text("query", &query, LONGEST);
        violations.finish()?;
        Ok(Self {
            query,
            filter,
            limit: super::limit(limit)?,
            min_similarity: super::similarity(min_similarity)?,
        })
    }
}

/// Finds offers. Anyone may ask.
pub(crate) async fn search_catalogue(
    state: &AppState,
    caller: &Caller,
    asked: SearchCatalogue,
) -> Result<Answer, Failure> {
    caller.authorize(Action::SearchCatalogue, None)?;
    state.progress.require_snapshot()?;
    let begun = Instant::now();
    let vector = state
        .embedder
        .embed(vec![asked.query.clone()], options(caller))
        .await
        .map_err(|error| of_embedding(error, |_index| "query".to_owned()))?
        .pop()
        .ok_or_else(|| Failure::internal("the encoder gave no vector"))?;
    let (index, embedder) = (Arc::clone(&state.index), state.embedder.clone());
    let found = state.computing.run(move || {
        let question = Question {
            text: &asked.query,
            vector: &vector,
            filter: &asked.filter,
            limit: asked.limit,
            min_similarity: asked.min_similarity,
        };
        let found = index.search(&question).map_err(of_lexical)?;
        let mut analyzer = words::analyzer();
        let stems = words::stems(&mut analyzer, &asked.query);
        let passages = Asked {
            stems: &stems,
            vector: &vector,
        };
        let known = |text: &str| embedder.kept(text);
        let results = found
            .best
            .into_iter()
            .map(|(offer, score)| Hit {
                similarity: rounded(score),
                matched_fields: matched_fields(&mut analyzer, &offer, &stems),
                snippet: snippet(&mut analyzer, &offer, &passages, &known),
                offer,
            })
            .collect();
        Ok::<_, Failure>((results, found.total))
    });
    let (results, total): (Vec<Hit>, u64) = found.await.map_err(of_computing)??;
    metrics::counter!("search_results_total").increment(wide(results.len()));
    Ok(Answer {
        results,
        total,
        milliseconds: begun.elapsed().as_secs_f64() * 1_000.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_cannot_be_answered_are_refused_by_field() {
        let ask = |query: &str| SearchCatalogue::new(query.to_owned(), Filter::default(), 10, 0.0);

        for query in ["", "  \n", "weld\0ing", &"word ".repeat(10_000)] {
            let refused = ask(query).unwrap_err();
            assert_eq!(refused.fields[0].field, "query");
        }
        assert!(ask(&"é".repeat(LONGEST)).is_ok(), "characters, not bytes");
    }
}
