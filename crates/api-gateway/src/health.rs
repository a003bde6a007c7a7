//! How our dependencies are, asked at most once a second whoever wants to know.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use service_runtime::{Health, Shutdown, health::watch_dependency};
use tokio::sync::Mutex;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use utoipa::ToSchema;

use crate::redis::SharedRedis;
use crate::upstream::line::Peer;

/// Longest wait for one dependency.
const LIMIT: Duration = Duration::from_millis(800);
/// Age at which a report is asked for anew.
const FRESH: Duration = Duration::from_secs(1);
/// Longest check, which has its own limit.
const PATIENCE: Duration = LIMIT.saturating_mul(2);
/// Pace at which the dependencies are followed.
const PACE: Duration = Duration::from_secs(1);
/// Failed checks in a row before readiness says so.
const FAILURES: u32 = 5;

/// How one dependency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DependencyStatus {
    /// It answers.
    Healthy,
    /// It does not answer, or says that it cannot serve.
    Unhealthy,
    /// There is none, by choice.
    NotConfigured,
}

impl From<bool> for DependencyStatus {
    fn from(up: bool) -> Self {
        if up { Self::Healthy } else { Self::Unhealthy }
    }
}

/// How all of them are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Dependencies {
    /// The catalogue: credential-service and its database.
    pub(crate) database: DependencyStatus,
    /// Redis.
    pub(crate) cache: DependencyStatus,
    /// ai-service.
    pub(crate) ai_service: DependencyStatus,
}

/// One of our services, asked over a connection of its own, which clones share.
#[derive(Clone, Debug)]
struct Service {
    peer: Peer,
    channel: Arc<Mutex<Channel>>,
}

impl Service {
    fn behind(peer: &Peer) -> Self {
        Self {
            peer: peer.clone(),
            channel: Arc::new(Mutex::new(peer.channel())),
        }
    }

    /// Whether it says that it can serve.
    async fn serves(&self) -> bool {
        self.asked().await.unwrap_or(false)
    }

    /// The same, for those who ask again and again: they find out whether it hangs.
    async fn follow(&self) -> bool {
        let asked = self.asked().await;
        self.peer.presence().report(asked.is_some());
        if asked.is_none() {
            // Behind the same address another instance may answer.
            *self.channel.lock().await = self.peer.channel();
        }
        asked.unwrap_or(false)
    }

    /// Asks `grpc.health.v1.Health` about the whole process; nothing: no answer in time.
    async fn asked(&self) -> Option<bool> {
        let mut client = HealthClient::new(self.channel.lock().await.clone());
        let asking = client.check(HealthCheckRequest::default());
        let answered = tokio::time::timeout(LIMIT, asking).await.ok()?;
        let serving = i32::from(ServingStatus::Serving);
        Some(answered.is_ok_and(|answer| answer.into_inner().status == serving))
    }
}

/// Asks our dependencies.
#[derive(Debug)]
pub(crate) struct Probes {
    credentials: Service,
    ai: Service,
    redis: Option<SharedRedis>,
    last: Mutex<Option<(Instant, Dependencies)>>,
    begun: Instant,
}

impl Probes {
    pub(crate) fn new(credentials: &Peer, ai: &Peer, redis: Option<SharedRedis>) -> Self {
        Self {
            credentials: Service::behind(credentials),
            ai: Service::behind(ai),
            redis,
            last: Mutex::new(None),
            begun: Instant::now(),
        }
    }

    /// Time since this process began.
    pub(crate) fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    /// How the dependencies are, as of a second ago at most. Those who ask meanwhile share one answer.
    pub(crate) async fn report(&self) -> Dependencies {
        let mut last = self.last.lock().await;
        if let Some((asked_at, dependencies)) = *last
            && asked_at.elapsed() < FRESH
        {
            return dependencies;
        }
        let (database, ai_service, cache) = tokio::join!(
            self.credentials.serves(),
            self.ai.serves(),
            answers(self.redis.clone()),
        );
        let dependencies = Dependencies {
            database: database.into(),
            cache,
            ai_service: ai_service.into(),
        };
        *last = Some((Instant::now(), dependencies));
        dependencies
    }

    /// Lets readiness, and what is known of a service that hangs, follow the dependencies until the shutdown begins.
    pub(crate) fn watch(&self, health: &Health, shutdown: &Shutdown) {
        let credentials = self.credentials.clone();
        // Traffic is welcome once the catalogue has answered for the first time.
        let first_answer = health.latch("credential-service");
        let (answered, mut seen) = tokio::sync::watch::channel(false);
        tokio::spawn(watch_dependency(
            health.dependency("credential-service", FAILURES),
            PACE,
            PATIENCE,
            shutdown.clone(),
            move || {
                let (credentials, answered) = (credentials.clone(), answered.clone());
                async move {
                    let up = credentials.follow().await;
                    answered.send_if_modified(|before| up && !std::mem::replace(before, true));
                    up
                }
            },
        ));
        tokio::spawn(async move {
            if seen.wait_for(|answered| *answered).await.is_ok() {
                first_answer.release();
            }
        });
        let ai = self.ai.clone();
        tokio::spawn(watch_dependency(
            health.optional_dependency("ai-service", FAILURES),
            PACE,
            PATIENCE,
            shutdown.clone(),
            move || {
                let ai = ai.clone();
                async move { ai.follow().await }
            },
        ));
        if let Some(redis) = self.redis.clone() {
            tokio::spawn(watch_dependency(
                health.optional_dependency("redis", FAILURES),
                PACE,
                LIMIT,
                shutdown.clone(),
                move || {
                    let redis = redis.clone();
                    async move { redis.ping().await }
                },
            ));
        }
    }
}

async fn answers(redis: Option<SharedRedis>) -> DependencyStatus {
    let Some(redis) = redis else {
        return DependencyStatus::NotConfigured;
    };
    tokio::time::timeout(LIMIT, redis.ping())
        .await
        .unwrap_or(false)
        .into()
}
