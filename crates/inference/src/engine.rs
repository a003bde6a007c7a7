//! The handle that services hold.

mod admission;
mod cache;
mod gather;
mod pace;
mod request;
mod settings;
mod worker;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use self::admission::Admission;
use self::cache::VectorCache;
use self::pace::Pace;
pub(crate) use self::request::{Request, Row};
pub use self::settings::EngineSettings;
use crate::backend::{Backend, Onnx};
use crate::batch::{Limits, SharedQueue};
use crate::tokenize::{Job, Tokenize, TokenizerPool, WordPieces};
use crate::{
    EmbedError, Manifest, ModelInfo, Priority, StartError, Vector, content_hash, telemetry,
};

/// Says how a request is to be served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EmbedOptions {
    /// Interactive unless said otherwise.
    pub priority: Priority,
    /// When the caller stops waiting; texts that are still queued by then are never run.
    pub deadline: Option<Instant>,
}

/// Embeds texts; clones share one model, one queue and one cache.
///
/// The threads end when the last clone is dropped; that drop waits for the batch in progress.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    model: ModelInfo,
    batch_tokens: usize,
    admission: Admission,
    cache: VectorCache,
    pool: TokenizerPool,
    queue: Arc<SharedQueue<Row>>,
    pace: Arc<Pace>,
    worker: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts an engine on a model directory: verifies every file, loads, warms up.
    ///
    /// Takes a second or two and blocks: call it from a blocking thread. With
    /// [`EngineSettings::ort_dylib_path`] the operator answers for the library, otherwise the one in
    /// the manifest is verified and used.
    ///
    /// # Errors
    /// Every [`StartError`]; each names the file or the setting.
    pub fn start(settings: &EngineSettings) -> Result<Self, StartError> {
        let manifest = Manifest::read(&settings.model_dir)?;
        let model = manifest.model_info(settings.precision);
        settings.check(model.max_tokens)?;
        let tokenizer = manifest.verified_tokenizer()?;
        let bytes = manifest.verified_model(settings.precision)?;
        let library = match &settings.ort_dylib_path {
            Some(path) => path.clone(),
            None => manifest.verified_runtime()?,
        };
        let tokenizer = WordPieces::from_bytes(&tokenizer)?;
        let backend = Onnx::load(&library, &bytes, settings.threads, model.dimension)?;
        drop(bytes);
        Self::with_backend(settings, model, Box::new(backend), Box::new(tokenizer))
    }

    /// Starts an engine on any backend; in tests with [`Deterministic`](crate::backend::Deterministic).
    ///
    /// `model_dir`, `precision`, `threads` and `ort_dylib_path` of the settings are not used.
    ///
    /// # Errors
    /// [`StartError::Setting`], [`StartError::Thread`], and [`StartError::Backend`] if the warm-up
    /// batch fails.
    pub fn with_backend(
        settings: &EngineSettings,
        model: ModelInfo,
        mut backend: Box<dyn Backend>,
        tokenizer: Box<dyn Tokenize>,
    ) -> Result<Self, StartError> {
        settings.check(model.max_tokens)?;
        telemetry::describe();
        let batch_tokens = settings.max_batch_tokens;
        let special = tokenizer.special();
        let pace = Arc::new(Pace::default());
        worker::warm_up(backend.as_mut(), &model, special, batch_tokens, &pace)?;
        let queue = Arc::new(SharedQueue::new(Limits {
            padded_tokens: batch_tokens,
        }));
        let pool = TokenizerPool::start(
            settings.tokenizer_threads,
            tokenizer,
            model.max_tokens,
            &queue,
        )?;
        let worker = worker::spawn(backend, &queue, special.padding, &pace)?;
        tracing::info!(model.version = %model.version, "model is warm");
        Ok(Self {
            shared: Arc::new(Shared {
                model,
                batch_tokens,
                admission: Admission::new(settings.queue_capacity),
                cache: VectorCache::new(settings.cache_entries),
                pool,
                queue,
                pace,
                worker: Some(worker),
            }),
        })
    }

    /// Embeds texts; the vectors come in the order of the texts.
    ///
    /// A text longer than one window is embedded window by window: its vector is the mean of the
    /// windows' vectors weighted by their content pieces, scaled to length one. Cached texts cost
    /// nothing and need no room in the queue; equal texts of one request are embedded once.
    ///
    /// # Errors
    /// Every [`EmbedError`]. The first text that cannot be embedded fails the whole request.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the request: rows that are not running yet never run.
    pub async fn embed(
        &self,
        texts: Vec<String>,
        options: EmbedOptions,
    ) -> Result<Vec<Vector>, EmbedError> {
        let outcome = self.shared.embed(texts, options).await;
        if let Err(error) = &outcome {
            telemetry::rejected(error.reason());
        }
        outcome
    }

    /// Describes the model.
    #[must_use]
    pub fn model(&self) -> &ModelInfo {
        &self.shared.model
    }

    /// Rows (windows of texts) that wait for the model.
    #[must_use]
    pub fn queue_depth(&self) -> usize {
        self.shared.queue.load().0
    }

    /// Says whether the thread that owns the model still runs; for readiness.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.shared.queue.is_open()
    }
}

impl Shared {
    async fn embed(
        &self,
        texts: Vec<String>,
        options: EmbedOptions,
    ) -> Result<Vec<Vector>, EmbedError> {
        self.admission.check(texts.len(), options.priority)?;
        let keys: Vec<[u8; 32]> = texts.iter().map(|text| content_hash(text)).collect();
        let mut known = self.cache.get_all(&keys);
        let misses = keys.iter().filter(|key| !known.contains_key(*key)).count();
        telemetry::cache(keys.len() - misses, misses);
        // Of equal texts the first stands for all.
        let mut missing: HashMap<[u8; 32], (usize, String)> = HashMap::new();
        for (index, (text, key)) in texts.into_iter().zip(&keys).enumerate() {
            if !known.contains_key(key) {
                missing.entry(*key).or_insert((index, text));
            }
        }
        if !missing.is_empty() {
            let fresh = self.compute(missing, options).await?;
            self.cache.put_all(&fresh);
            known.extend(fresh);
        }
        keys.iter()
            .map(|key| known.get(key).cloned().ok_or(EmbedError::Unavailable))
            .collect()
    }

    async fn compute(
        &self,
        missing: HashMap<[u8; 32], (usize, String)>,
        options: EmbedOptions,
    ) -> Result<Vec<([u8; 32], Vector)>, EmbedError> {
        if !self.queue.is_open() {
            return Err(EmbedError::Unavailable);
        }
        let Some(permit) = self.admission.enter(missing.len(), options.priority) else {
            return Err(EmbedError::Overloaded {
                retry_after: self.retry_after(),
            });
        };
        let (sender, receiver) = mpsc::unbounded_channel();
        let request = Arc::new(Request::new(options, sender, permit));
        let mut keys = HashMap::with_capacity(missing.len());
        let mut jobs: Vec<(usize, String)> = Vec::with_capacity(missing.len());
        for (key, (index, text)) in missing {
            keys.insert(index, key);
            jobs.push((index, text));
        }
        jobs.sort_unstable_by_key(|(index, _)| *index);
        for (index, text) in jobs {
            let request = Arc::clone(&request);
            self.pool.submit(Job {
                request,
                index,
                text,
            });
        }
        // From here only queued work holds the request: when none is left, the channel ends.
        drop(request);
        let vectors = gather::until(options.deadline, receiver, keys.len()).await?;
        Ok(vectors
            .into_iter()
            .filter_map(|(index, vector)| keys.remove(&index).map(|key| (key, vector)))
            .collect())
    }

    /// Estimates when what waits and one batch more will be done.
    fn retry_after(&self) -> Duration {
        let (_, waiting) = self.queue.load();
        self.pace
            .time_for(waiting + self.batch_tokens)
            .clamp(Duration::from_millis(50), Duration::from_secs(10))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.close();
        // Waits for the session to be released: a session that is still being freed while the process
        // exits races with the destructors of ONNX Runtime.
        if let Some(worker) = self.worker.take()
            && worker.join().is_err()
        {
            tracing::error!("the model worker had panicked");
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("model", &self.shared.model)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
