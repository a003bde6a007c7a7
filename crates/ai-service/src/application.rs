//! How the process is put together.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use inference::Engine;
use protocol::channel::connect;
use protocol::feed::{Follower, Source};
use protocol::panics::CatchPanics;
use protocol::server::{Authenticator, ServerTelemetry};
use protocol::suggestion::SuggestionSigner;
use protocol::token::{TokenSigner, TokenVerifier};
use service_runtime::background::any_broken;
use service_runtime::errors::BoxError;
use service_runtime::health::watch_dependency;
use service_runtime::{BlockingPool, Context, Latch};
use tokio::net::TcpListener;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use crate::command::SERVICE;
use crate::embedder::Embedder;
use crate::follower::{Backlog, Indexing, Progress, commit, pause};
use crate::index::Index;
use crate::settings::{Settings, cores};
use crate::state::AppState;
use crate::store::Database;
use crate::{grpc, http, retention};

/// Pace and limit of looking whether PostgreSQL is there, and failures in a row that withdraw readiness.
const DATABASE_PACE: Duration = Duration::from_secs(5);
const DATABASE_LIMIT: Duration = Duration::from_secs(3);
const DATABASE_FAILURES: u32 = 3;

/// Binds, verifies and warms the model, starts the background tasks; the future it returns serves.
///
/// Neither PostgreSQL nor the credential service need be there: readiness waits for them.
///
/// # Errors
/// The port is taken, or the model directory is not complete.
pub async fn build(
    settings: Settings,
    context: Context,
) -> Result<impl Future<Output = Result<(), BoxError>>, BoxError> {
    let listener = TcpListener::bind(settings.address).await?;
    context.announce("http", listener.local_addr()?);
    let model = context.health().latch("model verified and warm");
    let database_latch = context.health().latch("database reachable");
    let snapshot = context.health().latch("snapshot of the catalogue");
    let engine_settings = settings.engine.clone();
    let engine = spawn_blocking(move || Engine::start(&engine_settings)).await??;
    model.release();

    let database = Database::new(&settings.database)?;
    let dimension = engine.model().dimension;
    let state = AppState {
        index: Arc::new(Index::new(dimension, settings.exact_search_limit)?),
        embedder: Embedder::new(engine, database.clone(), settings.engine.queue_capacity),
        database,
        progress: Arc::new(Progress::new()),
        computing: BlockingPool::new(cores()),
        pathway_weights: settings.pathway_weights(),
        suggestions: SuggestionSigner::new(&settings.jwt_secret),
        features: settings.features,
    };
    let mut tasks = JoinSet::new();
    let source = Source::new(
        SERVICE.name(),
        connect(&settings.credential_service_url)?,
        TokenSigner::new(&settings.jwt_secret),
    );
    start_following(&mut tasks, &state, &context, source, snapshot);
    start_watching(&mut tasks, &state, &context, database_latch);
    tasks.spawn(retention::answers::run(
        state.database.clone(),
        settings.prediction_retention_days,
        context.shutdown().clone(),
    ));
    tasks.spawn(retention::vectors::run(
        state.clone(),
        context.shutdown().clone(),
    ));
    let router = router(&settings, &state, &context, &mut tasks)?;
    context.started()?;
    Ok(serve(listener, router, state, context, tasks))
}

fn start_following(
    tasks: &mut JoinSet<()>,
    state: &AppState,
    context: &Context,
    source: Source,
    latch: Latch,
) {
    // Of its own, so that bulk work never takes the place of a question.
    let pool = BlockingPool::new(1);
    let shutdown = context.shutdown();
    let backlog = Backlog::new(Arc::clone(&state.progress));
    let indexing = Indexing::new(
        Arc::clone(&state.index),
        backlog.clone(),
        Arc::clone(&state.progress),
        state.database.clone(),
        pool.clone(),
        latch,
    );
    let follower = Follower::new(source, indexing, pause);
    tasks.spawn(follower.run(shutdown.clone().into_begun()));
    tasks.spawn(backlog.run(
        Arc::clone(&state.index),
        state.embedder.clone(),
        shutdown.clone(),
    ));
    tasks.spawn(commit::run(
        Arc::clone(&state.index),
        Arc::clone(&state.progress),
        pool,
        shutdown.clone(),
    ));
}

fn start_watching(tasks: &mut JoinSet<()>, state: &AppState, context: &Context, latch: Latch) {
    let shutdown = context.shutdown().clone();
    let database = state.database.clone();
    let dependency = context.health().dependency("database", DATABASE_FAILURES);
    tasks.spawn(async move {
        while !database.is_reachable().await {
            tracing::warn!("the database is away, or `ai-service migrate` has not run");
            tokio::select! {
                () = shutdown.begun() => return,
                () = sleep(Duration::from_secs(1)) => {}
            }
        }
        latch.release();
        watch_dependency(dependency, DATABASE_PACE, DATABASE_LIMIT, shutdown, || {
            let database = database.clone();
            async move {
                database.record_metrics();
                database.is_reachable().await
            }
        })
        .await;
    });
    let engine = state.embedder.engine().clone();
    let encoder = context.health().dependency("encoder", 1);
    tasks.spawn(watch_dependency(
        encoder,
        Duration::from_secs(1),
        Duration::from_secs(1),
        context.shutdown().clone(),
        move || std::future::ready(engine.is_available()),
    ));
}

fn router(
    settings: &Settings,
    state: &AppState,
    context: &Context,
    tasks: &mut JoinSet<()>,
) -> Result<Router, BoxError> {
    let verifier = TokenVerifier::new(&settings.jwt_secret, settings.jwt_secret_previous.as_ref());
    let authenticator = Authenticator::new(verifier);
    let mut services = grpc::routes(state, &authenticator, !settings.is_production)?;
    let reporter = HealthReporter::new();
    services.add_service(HealthServer::new(HealthService::from_health_reporter(
        reporter.clone(),
    )));
    tasks.spawn(mirror(reporter, context.clone()));
    let calls = services
        .routes()
        .prepare()
        .into_axum_router()
        .layer(CatchPanics)
        .layer(ServerTelemetry);
    Ok(http::routes(state.clone(), context).merge(calls))
}

/// Lets the gRPC health service say what the readiness says.
async fn mirror(reporter: HealthReporter, context: Context) {
    let mut readiness = context.health().subscribe();
    loop {
        let status = if readiness.borrow_and_update().ready {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        };
        for service in grpc::SERVICES {
            reporter.set_service_status(service, status).await;
        }
        tokio::select! {
            () = context.shutdown().begun() => return,
            changed = readiness.changed() => if changed.is_err() { return },
        }
    }
}

async fn serve(
    listener: TcpListener,
    router: Router,
    state: AppState,
    context: Context,
    mut tasks: JoinSet<()>,
) -> Result<(), BoxError> {
    let begun = context.shutdown().clone().into_begun();
    // Small answers must not wait for the acknowledgement of the one before (40 ms).
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(begun);
    tokio::select! {
        served = async { serving.await } => served?,
        error = any_broken(&mut tasks) => return Err(error),
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a background task failed");
        }
    }
    state.database.close();
    Ok(())
}
