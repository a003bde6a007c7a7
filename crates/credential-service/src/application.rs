//! The service from its settings to its last answer.

mod health;
pub(crate) mod worker;

use std::net::SocketAddr;
use std::sync::Arc;

use protocol::channel::{MAX_ANSWER_BYTES, MAX_REQUEST_BYTES};
use protocol::panics::CatchPanics;
use protocol::pb::FILE_DESCRIPTOR_SET;
use protocol::pb::credential::account_service_server::AccountServiceServer;
use protocol::pb::credential::audit_service_server::AuditServiceServer;
use protocol::pb::credential::exchange_service_server::ExchangeServiceServer;
use protocol::pb::credential::feed_service_server::FeedServiceServer;
use protocol::pb::credential::institution_service_server::InstitutionServiceServer;
use protocol::pb::credential::micro_credential_service_server::MicroCredentialServiceServer;
use protocol::pb::credential::pathway_service_server::PathwayServiceServer;
use protocol::pb::credential::recognition_service_server::RecognitionServiceServer;
use protocol::pb::credential::report_service_server::ReportServiceServer;
use protocol::pb::credential::stats_service_server::StatsServiceServer;
use protocol::pb::credential::webhook_service_server::WebhookServiceServer;
use protocol::server::{Authenticator, ServerTelemetry};
use protocol::token::TokenVerifier;
use service_runtime::background::broken;
use service_runtime::errors::BoxError;
use service_runtime::{Context, Shutdown};
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::feed::{self, Feed};
use crate::grpc::Api;
use crate::settings::{DatabaseSettings, Settings};
use crate::state::State;
use crate::store::pool::Database;
use crate::store::replica::Replicas;

/// Calls in flight on one connection.
const STREAMS: u32 = 512;

/// Longest time of an import, an export or the reading of a report, however long the caller waits.
const LONGEST_EXCHANGE: std::time::Duration = std::time::Duration::from_secs(600);

/// Why the service cannot be built.
pub type BuildError = BoxError;

/// The service, bound and ready to serve.
#[derive(Debug)]
pub struct Application {
    address: SocketAddr,
    listener: TcpListener,
    routes: Routes,
    context: Context,
    database: Database,
    feed: Feed,
}

impl Application {
    /// Binds the port and joins the parts. The database need not be there yet: readiness waits for it.
    ///
    /// # Errors
    /// The port is taken, or the announcement cannot be written.
    pub async fn build(settings: Settings, context: Context) -> Result<Self, BuildError> {
        let database = Database::new(
            &settings.database.url,
            settings.database.pool_size,
            settings.database.logging,
        )?;
        let feed = Feed::new(database.clone(), context.shutdown().clone());
        let reading = with_replicas(&settings.database, database.clone(), context.shutdown())?;
        let state = Arc::new(State::new(&settings, feed.clone(), reading)?);
        let routes = routes(&settings, state, &context)?;
        let listener = TcpListener::bind(settings.grpc_address).await?;
        let address = listener.local_addr()?;
        health::wait_for_schema(&context, database.clone());
        context.announce("grpc", address);
        context.started()?;
        Ok(Self {
            address,
            listener,
            routes,
            context,
            database,
            feed,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the shutdown begins, then ends what runs.
    ///
    /// # Errors
    /// The listener fails, or what followers of the feed wait for breaks down.
    pub async fn serve(self) -> Result<(), BoxError> {
        let shutdown: Shutdown = self.context.shutdown().clone();
        let mut pulse = tokio::spawn(feed::pulse::run(
            self.feed,
            self.database.clone(),
            shutdown.clone(),
        ));
        let incoming = TcpIncoming::from(self.listener).with_nodelay(Some(true));
        let serving = Server::builder()
            .max_concurrent_streams(STREAMS)
            .http2_keepalive_interval(Some(std::time::Duration::from_secs(20)))
            .http2_keepalive_timeout(Some(std::time::Duration::from_secs(10)))
            .layer(ServerTelemetry)
            .layer(CatchPanics)
            .serve_with_incoming_shutdown(self.routes.prepare(), incoming, shutdown.into_begun());
        let served = tokio::select! {
            served = serving => served.map_err(BoxError::from),
            error = broken(&mut pulse) => Err(error),
        };
        pulse.abort();
        served
    }
}

/// The database with the replicas of the settings, if there are any.
fn with_replicas(
    settings: &DatabaseSettings,
    primary: Database,
    shutdown: &Shutdown,
) -> Result<Database, BuildError> {
    if settings.replica_urls.is_empty() {
        return Ok(primary);
    }
    let (urls, most_lag) = (&settings.replica_urls, settings.replica_max_lag);
    let replicas = Replicas::start(&primary, urls, most_lag, shutdown)?;
    Ok(primary.with_replicas(replicas))
}

macro_rules! authenticated {
    ($server:ident, $api:expr, $authenticator:expr) => {
        InterceptedService::new(
            $server::new($api.clone())
                .max_decoding_message_size(MAX_REQUEST_BYTES)
                .max_encoding_message_size(MAX_ANSWER_BYTES),
            $authenticator.clone(),
        )
    };
}

fn routes(settings: &Settings, state: Arc<State>, context: &Context) -> Result<Routes, BuildError> {
    let api = Api::new(state);
    let verifier = TokenVerifier::new(&settings.jwt_secret, settings.jwt_secret_previous.as_ref());
    let authenticator = Authenticator::new(verifier);
    let mut routes = Routes::new(health::mirror(context))
        .add_service(authenticated!(InstitutionServiceServer, api, authenticator))
        .add_service(authenticated!(
            MicroCredentialServiceServer,
            api,
            authenticator
        ))
        .add_service(authenticated!(RecognitionServiceServer, api, authenticator))
        .add_service(authenticated!(StatsServiceServer, api, authenticator))
        .add_service(authenticated!(PathwayServiceServer, api, authenticator))
        .add_service(authenticated!(AccountServiceServer, api, authenticator))
        .add_service(authenticated!(AuditServiceServer, api, authenticator))
        .add_service(authenticated!(WebhookServiceServer, api, authenticator))
        .add_service(authenticated!(
            ExchangeServiceServer,
            api,
            authenticator.lasting(LONGEST_EXCHANGE)
        ))
        .add_service(authenticated!(
            ReportServiceServer,
            api,
            authenticator.lasting(LONGEST_EXCHANGE)
        ))
        .add_service(authenticated!(FeedServiceServer, api, authenticator));
    if settings.reflection {
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        routes = routes.add_service(reflection);
    }
    Ok(routes)
}
