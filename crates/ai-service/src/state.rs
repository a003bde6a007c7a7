//! What every request shares.

use std::sync::Arc;

use protocol::suggestion::SuggestionSigner;
use service_runtime::BlockingPool;

use crate::embedder::Embedder;
use crate::follower::Progress;
use crate::index::Index;
use crate::recommend::Weights;
use crate::settings::Features;
use crate::store::Database;

/// Handles; clones share everything.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) index: Arc<Index>,
    pub(crate) embedder: Embedder,
    pub(crate) database: Database,
    pub(crate) progress: Arc<Progress>,
    /// For work that only computes: as many at once as there are cores.
    pub(crate) computing: BlockingPool,
    /// How much each factor of a recommendation counts.
    pub(crate) pathway_weights: Weights,
    /// Signs what is suggested.
    pub(crate) suggestions: SuggestionSigner,
    /// What the operator has switched on.
    pub(crate) features: Features,
}
