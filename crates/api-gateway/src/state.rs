//! What requests need: shared by all workers, but for the connections.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use domain::Failure;
use protocol::feed::Follower;
use service_runtime::{Health, Shutdown};

use crate::cache::{Cache, Kept, Key};
use crate::error::ApiError;
use crate::extract::Caller;
use crate::follower::{Listener, Listeners, follower};
use crate::health::Probes;
use crate::rate_limit::RateLimiter;
use crate::redis::SharedRedis;
use crate::response::Written;
use crate::settings::Settings;
use crate::token::Tokens;
use crate::token::revocations::Revocations;
use crate::upstream::ai::AiService;
use crate::upstream::credential::CredentialService;
use crate::upstream::line::Peer;

/// What a request needs. Clones share everything, the connections to other services included.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    /// What the gateway was told.
    pub(crate) settings: Arc<Settings>,
    /// Signs and verifies tokens.
    pub(crate) tokens: Arc<Tokens>,
    /// The catalogue, its people and its record.
    pub(crate) credentials: CredentialService,
    /// Search, assessment, vectors.
    pub(crate) ai: AiService,
    /// Answers that were given before.
    pub(crate) cache: Arc<Cache>,
    /// Who has asked how often.
    pub(crate) limiter: Arc<RateLimiter>,
    /// How our dependencies are.
    pub(crate) probes: Arc<Probes>,
    /// Whether this process wants traffic.
    pub(crate) health: Health,
    credential_service: Peer,
    ai_service: Peer,
}

impl AppState {
    /// Connects lazily: nothing has to be there yet.
    ///
    /// # Errors
    /// An address that is none.
    pub(crate) fn new(settings: Settings, health: Health) -> Result<Self, Failure> {
        let credential_service = Peer::at("credential-service", &settings.credential_service_url)?;
        let ai_service = Peer::at("ai-service", &settings.ai_service_url)?;
        let redis = SharedRedis::open(&settings)?;
        Ok(Self {
            tokens: Arc::new(Tokens::new(&settings.tokens)),
            probes: Arc::new(Probes::new(&credential_service, &ai_service, redis.clone())),
            cache: Arc::new(Cache::new(&settings, redis.clone())),
            limiter: Arc::new(RateLimiter::new(settings.limits, redis)),
            credentials: CredentialService::new(
                credential_service.line(),
                settings.request_timeout,
            ),
            ai: AiService::new(ai_service.line(), settings.ai_timeout),
            settings: Arc::new(settings),
            health,
            credential_service,
            ai_service,
        })
    }

    /// The state of the worker that a request has come to.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when the application was built without one.
    pub(crate) fn of(request: &HttpRequest) -> Result<&web::Data<Self>, Failure> {
        request
            .app_data::<web::Data<Self>>()
            .ok_or_else(|| Failure::internal("the application was built without its state"))
    }

    /// The same with connections of its own, for a worker: what drives them runs on the thread that waits for the answers,
    /// so that no question wakes another thread.
    pub(crate) fn of_worker(&self) -> Self {
        Self {
            credentials: CredentialService::new(
                self.credential_service.line(),
                self.settings.request_timeout,
            ),
            ai: AiService::new(self.ai_service.line(), self.settings.ai_timeout),
            ..self.clone()
        }
    }

    /// Who follows the changes of the catalogue for this process. Readiness waits until it has read the ended sessions.
    pub(crate) fn follower(&self, shutdown: &Shutdown) -> Follower<Listeners> {
        let channel = self.credential_service.channel();
        let denied = Arc::clone(self.tokens.denied());
        let first_read = self.health.latch("ended sessions");
        let revocations =
            Revocations::new(denied, channel.clone(), self.tokens.signer(), first_read);
        tokio::spawn(revocations.clone().read_while_silent(shutdown.clone()));
        let listeners: Vec<Arc<dyn Listener>> =
            vec![Arc::<Cache>::clone(&self.cache), Arc::new(revocations)];
        follower(channel, self.tokens.signer(), listeners)
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
