//! What all workers share.

use std::sync::Arc;

use domain::Failure;
use service_runtime::Health;

use crate::follower::{Follower, Source};
use crate::health::Probes;
use crate::rate_limit::RateLimiter;
use crate::settings::Settings;
use crate::token::Tokens;
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
        let redis = crate::rate_limit::redis::SharedRedis::open(&settings)?;
        Ok(Arc::new(Self {
            tokens: Tokens::new(&settings.tokens),
            probes: Probes::new(credentials.clone(), ai.clone(), redis.clone()),
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
        let source = Source::new(channel, self.tokens.signer());
        Ok(Follower::new(source, Vec::new()))
    }
}
