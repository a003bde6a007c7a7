//! Forgets vectors that nobody uses any more: of texts that the catalogue has no longer, of encoders that run no longer.
//!
//! Every replica marks the vectors of the texts that it knows, made by the encoder that it runs, once a day; a vector that nobody has
//! marked for a week goes. So a replica never has to know what another one runs, as during a rolling update, and what goes too early
//! costs the encoder some work and nobody an answer.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use inference::content_hash;
use service_runtime::{BlockingPool, Shutdown};
use tokio::time::sleep;

use super::{AT_ONCE, PACE};
use crate::failure::of_computing;
use crate::index::document::Offer;
use crate::state::AppState;
use crate::store::embedding::{self, ContentHash};

/// Wait while the catalogue has not been read: without it every vector would look unused.
const SOON: Duration = Duration::from_secs(1);
/// Offers whose texts are marked at once; one has a hundred texts at most.
const OFFERS: usize = 100;
/// Vectors marked in one statement.
const MARKED: usize = 1_000;

/// Marks and forgets until the shutdown begins, every hour once the catalogue has been read.
pub(crate) async fn run(state: AppState, shutdown: Shutdown) {
    // Of its own, so that it never takes the place of a question.
    let pool = BlockingPool::new(1);
    loop {
        let pause = if state.progress.require_snapshot().is_ok() {
            tokio::select! {
                () = shutdown.begun() => return,
                round = round(&state, &pool) => report(round),
            }
            PACE
        } else {
            SOON
        };
        tokio::select! {
            () = shutdown.begun() => return,
            () = sleep(pause) => {}
        }
    }
}

fn report(round: Result<usize, Failure>) {
    match round {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "unused vectors were forgotten"),
        Err(failure) => {
            tracing::warn!(cause = failure.cause_chain(), "unused vectors stay for now");
        }
    }
}

/// Marks what is in use, then forgets what nobody has marked for long; says how many.
async fn round(state: &AppState, pool: &BlockingPool) -> Result<usize, Failure> {
    for offers in state.index.offers().chunks(OFFERS) {
        let offers = offers.to_vec();
        let hashes = pool
            .run(move || hashes(&offers))
            .await
            .map_err(of_computing)?;
        for hashes in hashes.chunks(MARKED) {
            let mut connection = state.database.connection().await?;
            embedding::mark_used(&mut connection, state.embedder.model(), hashes).await?;
        }
    }
    let mut total = 0_usize;
    loop {
        let mut connection = state.database.connection().await?;
        let forgotten = embedding::prune(&mut connection, AT_ONCE).await?;
        if forgotten == 0 {
            return Ok(total);
        }
        total = total.saturating_add(forgotten);
    }
}

/// Hashes of every text that has a vector.
fn hashes(offers: &[Arc<Offer>]) -> Vec<ContentHash> {
    offers
        .iter()
        .flat_map(|offer| std::iter::once(offer.content.as_str()).chain(offer.passage_texts()))
        .map(content_hash)
        .collect()
}
