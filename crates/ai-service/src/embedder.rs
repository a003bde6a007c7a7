//! Texts to vectors: memory, then the table, then the encoder.

mod readable;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Failure;
use futures::FutureExt;
use inference::{EmbedError, EmbedOptions, Engine, content_hash};
use lru::LruCache;

use crate::failure::of_embedding;
use crate::store::Database;
use crate::store::embedding::{self, ContentHash, Embedding};

/// Vectors kept in memory (1.5 KiB each): those of outcomes, which snippets and assessments compare.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(99_999);
/// Most texts given to the encoder at once: a batch or two, and never more than this part of its queue, so that questions
/// still find room.
const AT_ONCE: usize = 64;
const PART_OF_QUEUE: usize = 4;

/// Finds or makes vectors; clones share memory, table and encoder.
#[derive(Clone)]
pub(crate) struct Embedder {
    engine: Engine,
    database: Database,
    kept: Arc<Mutex<LruCache<ContentHash, Embedding>>>,
    at_once: usize,
}

impl Embedder {
    /// `queue_capacity` is that of the encoder.
    pub(crate) fn new(engine: Engine, database: Database, queue_capacity: usize) -> Self {
        Self {
            at_once: (queue_capacity / PART_OF_QUEUE).clamp(1, AT_ONCE),
            engine,
            database,
            kept: Arc::new(Mutex::new(LruCache::new(KEPT))),
        }
    }

    /// The encoder itself, for texts that are not worth keeping.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Encoder, revision and precision.
    pub(crate) fn model(&self) -> &str {
        &self.engine.model().version
    }

    /// Numbers in each vector.
    pub(crate) fn dimension(&self) -> usize {
        self.engine.model().dimension
    }

    /// The vector of a text if it is in memory.
    pub(crate) fn kept(&self, text: &str) -> Option<Embedding> {
        self.memory().get(&content_hash(text)).cloned()
    }

    /// Vectors of a question, which nobody will ask for by the same words soon.
    pub(crate) async fn embed(
        &self,
        texts: Vec<String>,
        options: EmbedOptions,
    ) -> Result<Vec<Embedding>, EmbedError> {
        let vectors = self.engine.embed(texts, options).await?;
        Ok(vectors
            .into_iter()
            .map(inference::Vector::into_shared)
            .collect())
    }

    /// Vectors of catalogue texts for somebody who waits. Without the table the encoder makes them.
    ///
    /// A text that the encoder refuses stays without: who asks about one offer has not written the others.
    pub(crate) async fn now(
        &self,
        texts: &[&str],
        options: EmbedOptions,
    ) -> Result<Resolved, Failure> {
        let mut resolved = self.remembered(texts);
        let missing = resolved.missing(texts);
        if missing.is_empty() {
            return Ok(resolved);
        }
        match self.stored(&missing).await {
            Ok(stored) => resolved.vectors.extend(stored),
            Err(failure) => {
                tracing::warn!(cause = failure.cause_chain(), "vectors are made, not read");
            }
        }
        let missing = resolved.missing(texts);
        self.make(&missing, options, &mut resolved)
            .await
            .map_err(|error| of_embedding(error, |_index| "microCredentialId".to_owned()))?;
        Ok(resolved)
    }

    /// Vectors of catalogue texts for the index. Without the table it fails: nothing is embedded twice.
    pub(crate) async fn in_bulk(&self, texts: &[&str]) -> Result<Resolved, BulkError> {
        let options = EmbedOptions {
            priority: inference::Priority::Bulk,
            deadline: None,
        };
        let mut resolved = self.remembered(texts);
        let missing = resolved.missing(texts);
        if missing.is_empty() {
            return Ok(resolved);
        }
        let stored = self.stored(&missing).await.map_err(BulkError::Table)?;
        resolved.vectors.extend(stored);
        let mut missing = resolved.missing(texts);
        // Texts of like length share a batch of the model, which pads to the longest.
        missing.sort_by_key(|text| text.len());
        self.make(&missing, options, &mut resolved)
            .await
            .map_err(BulkError::Encoder)?;
        Ok(resolved)
    }

    /// Makes and stores vectors, and leaves out the texts that the encoder refuses for what they say.
    async fn make(
        &self,
        texts: &[&str],
        options: EmbedOptions,
        resolved: &mut Resolved,
    ) -> Result<(), EmbedError> {
        let encode = |texts: Vec<String>| self.embed(texts, options).boxed();
        for texts in texts.chunks(self.at_once) {
            let vectors = readable::vectors_of(texts, &encode).await?;
            metrics::counter!("embeddings_made_total")
                .increment(crate::number::wide(vectors.len()));
            let made = vectors
                .into_iter()
                .map(|(text, vector)| (content_hash(text), vector))
                .collect();
            self.keep(&made);
            self.store(&made).await;
            resolved.vectors.extend(made);
        }
        Ok(())
    }

    async fn stored(&self, texts: &[&str]) -> Result<HashMap<ContentHash, Embedding>, Failure> {
        let hashes: Vec<ContentHash> = texts.iter().map(|text| content_hash(text)).collect();
        let mut connection = self.database.connection().await?;
        let found =
            embedding::find(&mut connection, self.model(), self.dimension(), &hashes).await?;
        self.keep(&found);
        Ok(found)
    }

    /// Stores vectors; a failure costs a later restart some work and nobody an answer.
    async fn store(&self, made: &HashMap<ContentHash, Embedding>) {
        let rows: Vec<(ContentHash, Embedding)> = made
            .iter()
            .map(|(hash, vector)| (*hash, Arc::clone(vector)))
            .collect();
        let stored = async {
            let mut connection = self.database.connection().await?;
            embedding::insert(&mut connection, self.model(), &rows)
                .await
                .map_err(Failure::from)
        };
        if let Err(failure) = stored.await {
            tracing::warn!(cause = failure.cause_chain(), "vectors were not stored");
        }
    }

    fn remembered(&self, texts: &[&str]) -> Resolved {
        let mut memory = self.memory();
        let vectors = texts
            .iter()
            .map(|text| content_hash(text))
            .filter_map(|hash| memory.get(&hash).map(|vector| (hash, Arc::clone(vector))))
            .collect();
        Resolved { vectors }
    }

    fn keep(&self, vectors: &HashMap<ContentHash, Embedding>) {
        let mut memory = self.memory();
        for (hash, vector) in vectors {
            memory.put(*hash, Arc::clone(vector));
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, LruCache<ContentHash, Embedding>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Vectors found or made, by the hash of their text.
#[derive(Default)]
pub(crate) struct Resolved {
    vectors: HashMap<ContentHash, Embedding>,
}

impl Resolved {
    /// The vector of a text; absent only when the encoder refuses the text itself.
    pub(crate) fn of(&self, text: &str) -> Option<&Embedding> {
        self.vectors.get(&content_hash(text))
    }

    /// Texts without a vector, each once, in their order.
    fn missing<'a>(&self, texts: &[&'a str]) -> Vec<&'a str> {
        let mut seen = std::collections::HashSet::new();
        texts
            .iter()
            .copied()
            .filter(|text| {
                let hash = content_hash(text);
                !self.vectors.contains_key(&hash) && seen.insert(hash)
            })
            .collect()
    }
}

/// Why bulk work has to wait.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BulkError {
    /// The table of vectors is away.
    #[error("the table of vectors is away")]
    Table(#[source] Failure),
    /// The encoder is busy or gone.
    #[error("the encoder refuses")]
    Encoder(#[source] EmbedError),
}
