//! From settings to a server: built, then served until the shutdown begins.

use std::any::Any;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::{Extensions, Server};
use actix_web::http::{Method, header};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use service_runtime::errors::BoxError;
use service_runtime::{Context, Health, Shutdown};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::middleware::authenticate::{admit, identify};
use crate::middleware::envelope::envelope;
use crate::middleware::forget::forget;
use crate::middleware::heeded_headers::heeded_headers;
use crate::middleware::known_parameters::known_parameters;
use crate::middleware::observe::{ConnectionGuard, observe};
use crate::middleware::rate_limit::{EXPOSED, rate_limit};
use crate::middleware::refusals::record_refusals;
use crate::middleware::security_headers::security_headers;
use crate::middleware::sound::sound;
use crate::settings::Settings;
use crate::state::AppState;
use crate::{openapi, routes, web_app};

/// Longest wait for running requests; the runtime's own deadline comes first.
const SHUTDOWN_SECONDS: u64 = 600;
/// Time a connection may stay idle.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// A gateway that listens and does not answer yet.
pub struct Application {
    address: SocketAddr,
    server: Server,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Application")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Builds the gateway for [`service_runtime::start`].
///
/// # Errors
/// The port is taken, or a setting is no address.
#[expect(
    clippy::unused_async,
    reason = "the runtime builds services asynchronously"
)]
pub async fn build(
    settings: Settings,
    context: Context,
) -> Result<impl Future<Output = Result<(), BoxError>>, BoxError> {
    let application = Application::build(settings, context.health(), context.shutdown())?;
    context.announce("http", application.address());
    context.started()?;
    let shutdown = context.shutdown().clone();
    Ok(application.run_until(shutdown))
}

impl Application {
    /// Binds the port and connects lazily: no other service has to be there.
    ///
    /// # Errors
    /// The port is taken, or a setting is no address.
    pub fn build(
        settings: Settings,
        health: &Health,
        shutdown: &Shutdown,
    ) -> Result<Self, BoxError> {
        let listener = TcpListener::bind(settings.address)?;
        let address = listener.local_addr()?;
        let state = AppState::new(settings, health.clone())?;
        state.probes.watch(health, shutdown);
        tokio::spawn(state.follower(shutdown).run(shutdown.clone().into_begun()));
        let server = serve(state, listener)?;
        Ok(Self { address, server })
    }

    /// Address that it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the shutdown begins, then lets running requests end.
    ///
    /// # Errors
    /// The server fails.
    pub async fn run_until(self, shutdown: Shutdown) -> Result<(), BoxError> {
        let handle = self.server.handle();
        let stopping = async move {
            shutdown.begun().await;
            handle.stop(true).await;
        };
        let (served, ()) = tokio::join!(self.server, stopping);
        Ok(served?)
    }
}

fn serve(state: AppState, listener: TcpListener) -> std::io::Result<Server> {
    let slow_limit = state.settings.slow_limit;
    let document = openapi::document();
    let factory = move || {
        let state = web::Data::new(state.of_worker());
        let document = document.clone();
        let app = App::new().app_data(state.clone());
        #[cfg(feature = "planted-faults")]
        let app = app.wrap(from_fn(crate::middleware::planted_faults::planted_faults));
        app
            // Read from below: actix runs the last one first.
            .wrap(from_fn(forget)) // 11. drops what the handler has changed, before anyone hears of it
            .wrap(from_fn(heeded_headers)) // conditions that the route cannot heed are refused
            .wrap(from_fn(known_parameters)) // what the route does not document is refused
            .wrap(from_fn(admit)) // 10. is the route open to them
            .wrap(from_fn(record_refusals)) // 9. who was refused what, at the door or behind it
            .wrap(from_fn(rate_limit)) // 8. counts bad tokens too, so it stands before the refusal
            .wrap(from_fn(identify)) // 7. who asks, so that people are counted as people
            .wrap(cors(&state.settings.allowed_origins)) // 6. preflights cost no budget
            .wrap(from_fn(sound)) // 5. what cannot be read in one way only goes no further
            .wrap(from_fn(envelope)) // 4. every error from below gets its envelope
            .wrap(Compress::default()) // 3. whatever the body is by now
            .wrap(from_fn(security_headers)) // 2. on every answer
            .wrap(from_fn(observe)) // 1. names, logs and measures all of it, and survives a panic
            .configure(routes::register)
            .configure(move |config| describe(config, document))
            .configure(move |config| {
                if let Some(folder) = &state.settings.web_dir {
                    web_app::register(config, folder);
                }
            })
            .default_service(web::to(routes::unknown))
    };
    let server = HttpServer::new(factory)
        .on_connect(|_connection: &dyn Any, data: &mut Extensions| {
            data.insert(ConnectionGuard::open());
        })
        .client_request_timeout(slow_limit)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// `/openapi.json` and its page, which loads nothing from elsewhere.
fn describe(config: &mut web::ServiceConfig, document: utoipa::openapi::OpenApi) {
    let page = SwaggerUi::new("/docs/{_:.*}")
        .url("/openapi.json", document)
        .config(
            Config::default()
                .validator_url("none")
                .persist_authorization(false),
        );
    config
        .service(web::redirect("/docs", "/docs/"))
        .service(page);
}

/// Origins on the list may read answers; others are served like any client, and their browsers keep the answer from them.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ])
        .allowed_header("idempotency-key")
        .allowed_header("x-request-id")
        .expose_headers(EXPOSED)
        .expose_headers([
            "x-request-id",
            "location",
            "retry-after",
            "etag",
            "cache-status",
            "content-disposition",
        ])
        .block_on_origin_mismatch(false)
        .max_age(3_600);
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}
