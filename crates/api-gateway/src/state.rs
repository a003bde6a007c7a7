//! What all workers share.

use std::sync::Arc;

use domain::Failure;
use service_runtime::Health;

use crate::cache::{Cache, Kept, Key};
use crate::error::ApiError;
use crate::extract::Caller;
use crate::follower::{Follower, Listener, Source};
use crate::health::Probes;
use crate::rate_limit::RateLimiter;
use crate::redis::SharedRedis;
use crate::response::Written;
use crate::settings::Settings;
use crate::token::Tokens;
use crate::token::revocations::Revocations;
use crate::upstream::ai::AiService;
use crate::upstream::credential::CredentialService;

/// What all workers share.
#[derive(Debug)]
pub(crate) struct AppState {
    /// What the gateway was told.
    pub(crate) settings: Settings,
    /// Signs and verifies tokens.
    pub(crate) tokens: Tokens,
    /// The catalogue, its people and its record.
    pub(crate) credentials: CredentialService,
    /// Search, assessment, vectors.
    pub(crate) ai: AiService,
    /// Answers that were given before.
    pub(crate) cache: Arc<Cache>,
    /// Who has asked how often.
    pub(crate) limiter: RateLimiter,
    /// How our dependencies are.
    pub(crate) probes: Probes,
    /// Whether this process wants traffic.
    pub(crate) health: Health,
}

impl AppState {
    /// Connects lazily: nothing has to be there yet.
    ///
    /// # Errors
    /// An address that is none.
    pub(crate) fn new(settings: Settings, health: Health) -> Result<Arc<Self>, Failure> {
        let credentials = protocol::channel::connect(&settings.credential_service_url)?;
        let ai = protocol::channel::connect(&settings.ai_service_url)?;
        let redis = SharedRedis::open(&settings)?;
        Ok(Arc::new(Self {
            tokens: Tokens::new(&settings.tokens),
            probes: Probes::new(credentials.clone(), ai.clone(), redis.clone()),
            cache: Arc::new(Cache::new(&settings, redis.clone())),
            limiter: RateLimiter::new(settings.limits, redis),
            credentials: CredentialService::new(credentials, settings.request_timeout),
            ai: AiService::new(ai, settings.ai_timeout),
            settings,
            health,
        }))
    }

    /// Who follows the changes of the catalogue for this process.
    ///
    /// # Errors
    /// An address that is none.
    pub(crate) fn follower(&self) -> Result<Follower, Failure> {
        let channel = protocol::channel::connect(&self.settings.credential_service_url)?;
        let source = Source::new(channel.clone(), self.tokens.signer());
        let denied = Arc::clone(self.tokens.denied());
        let revocations = Revocations::new(denied, channel, self.tokens.signer());
        let listeners: Vec<Arc<dyn Listener>> =
            vec![Arc::<Cache>::clone(&self.cache), Arc::new(revocations)];
        Ok(Follower::new(source, listeners))
    }

    /// Answers a read of the catalogue: as visitors see it, kept or read now; people who may see more are read for alone.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) async fn read_public(
        &self,
        caller: &Caller,
        key: Key,
        read: impl AsyncFn(&Caller) -> Result<Written, Failure>,
    ) -> Result<Kept, ApiError> {
        if caller.may_see_more() {
            return Ok(Kept::bypassed(Box::pin(read(caller)).await?));
        }
        if !caller.is_person() {
            return Ok(self.cache.answer(&key, async || read(caller).await).await?);
        }
        let visitor = caller.as_visitor(&self.tokens)?;
        Ok(self
            .cache
            .answer(&key, async || read(&visitor).await)
            .await?)
    }
}
