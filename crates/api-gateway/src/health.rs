//! How our dependencies are, asked at most once a second whoever wants to know.

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

/// Longest wait for one dependency.
const LIMIT: Duration = Duration::from_millis(800);
/// Age at which a report is asked for anew.
const FRESH: Duration = Duration::from_secs(1);
/// Pace at which readiness follows the dependencies.
const PACE: Duration = Duration::from_secs(2);
/// Failed checks in a row before readiness says so.
const FAILURES: u32 = 3;

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

/// Asks our dependencies.
#[derive(Debug)]
pub(crate) struct Probes {
    credentials: Channel,
    ai: Channel,
    redis: Option<SharedRedis>,
    last: Mutex<Option<(Instant, Dependencies)>>,
    begun: Instant,
}

impl Probes {
    pub(crate) fn new(credentials: Channel, ai: Channel, redis: Option<SharedRedis>) -> Self {
        Self {
            credentials,
            ai,
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
            serving(self.credentials.clone()),
            serving(self.ai.clone()),
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

    /// Lets the readiness of this process follow its dependencies, until the shutdown begins.
    pub(crate) fn watch(&self, health: &Health, shutdown: &Shutdown) {
        let credentials = self.credentials.clone();
        // Traffic is welcome once the catalogue has answered for the first time.
        let first_answer = health.latch("credential-service");
        let (answered, mut seen) = tokio::sync::watch::channel(false);
        tokio::spawn(watch_dependency(
            health.dependency("credential-service", FAILURES),
            PACE,
            LIMIT,
            shutdown.clone(),
            move || {
                let (credentials, answered) = (credentials.clone(), answered.clone());
                async move {
                    let up = serving(credentials).await;
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
            LIMIT,
            shutdown.clone(),
            move || serving(ai.clone()),
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

/// Asks `grpc.health.v1.Health` about the whole process.
async fn serving(channel: Channel) -> bool {
    let mut client = HealthClient::new(channel);
    let asking = client.check(HealthCheckRequest::default());
    let Ok(Ok(answer)) = tokio::time::timeout(LIMIT, asking).await else {
        return false;
    };
    answer.into_inner().status == i32::from(ServingStatus::Serving)
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
