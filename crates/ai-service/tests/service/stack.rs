//! A running service with a database and a feed of its own.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ai_service::application::build;
use ai_service::command::SERVICE;
use ai_service::settings::{SETTINGS, Settings};
use ai_service::store::migrate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::id::{SessionId, UserId};
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use protocol::caller::Outgoing;
use protocol::pb::ai::GetIndexStatusRequest;
use protocol::pb::ai::assessment_service_client::AssessmentServiceClient;
use protocol::pb::ai::embedding_service_client::EmbeddingServiceClient;
use protocol::pb::ai::index_service_client::IndexServiceClient;
use protocol::pb::ai::learning_service_client::LearningServiceClient;
use protocol::pb::ai::search_service_client::SearchServiceClient;
use protocol::token::TokenSigner;
use secrecy::SecretString;
use service_runtime::settings::load;
use service_runtime::{Metrics, RunError, StopRequest, run_until};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

use crate::feed::Feed;

const SECRET: &str = "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3";
/// Longest wait for anything; a slow machine needs most of it while it compiles something else.
const PATIENCE: Duration = Duration::from_secs(120);

/// The key that all tokens of the tests are signed with.
pub(crate) fn secret() -> SecretString {
    SecretString::from(SECRET.to_owned())
}

/// What the service answers to `GET`, over a bare connection: code and JSON (or nothing).
pub(crate) async fn get(address: SocketAddr, path: &str) -> (u16, serde_json::Value) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let code = answer.split_whitespace().nth(1).unwrap().parse().unwrap();
    let (_head, body) = answer.split_once("\r\n\r\n").unwrap();
    (code, serde_json::from_str(body).unwrap_or_default())
}

/// A database that nobody else uses.
pub(crate) struct Database {
    pub(crate) url: String,
}

impl Database {
    pub(crate) async fn create() -> Self {
        let server = variable("BCCB_TEST_POSTGRES_URL")
            .expect("BCCB_TEST_POSTGRES_URL is not set: run the tests through scripts/test");
        let name = format!("ai_{}", uuid::Uuid::now_v7().simple());
        let mut connection = AsyncPgConnection::establish(&server).await.unwrap();
        connection
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        let (base, _database) = server.rsplit_once('/').unwrap();
        Self {
            url: format!("{base}/{name}"),
        }
    }

    pub(crate) async fn migrated() -> Self {
        let database = Self::create().await;
        migrate::up(&SecretString::from(database.url.clone()))
            .await
            .unwrap();
        database
    }

    pub(crate) async fn connect(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.url).await.unwrap()
    }

    /// The number that a query counts as `count`.
    pub(crate) async fn count(&self, query: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let row: Row = diesel::sql_query(query)
            .get_result(&mut self.connect().await)
            .await
            .unwrap();
        row.count
    }
}

/// A running service.
pub(crate) struct Stack {
    pub(crate) address: SocketAddr,
    channel: Channel,
    signer: TokenSigner,
    stop: StopRequest,
    running: JoinHandle<Result<(), RunError>>,
}

impl Stack {
    /// Starts the service on a feed and waits until it has caught up.
    pub(crate) async fn start(database: &Database, feed: &Feed) -> Self {
        Self::start_with(database, feed, &[]).await
    }

    /// Starts the service with other settings.
    pub(crate) async fn start_with(
        database: &Database,
        feed: &Feed,
        extra: &[(&str, &str)],
    ) -> Self {
        let source = feed.serve_anywhere().await;
        let stack = Self::launch(&database.url, &format!("http://{source}"), extra).await;
        stack.caught_up().await;
        stack
    }

    /// Starts the service and waits for its port only.
    pub(crate) async fn launch(database: &str, feed: &str, extra: &[(&str, &str)]) -> Self {
        let environment: HashMap<String, String> = [
            ("APP_ENV", "test"),
            ("AI_PORT", "0"),
            ("ADMIN_PORT", "0"),
            ("DATABASE_URL", database),
            ("CREDENTIAL_SERVICE_URL", feed),
            ("JWT_SECRET", SECRET),
            ("MODEL_DIR", model_dir().to_str().unwrap()),
        ]
        .into_iter()
        .chain(extra.iter().copied())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let (common, settings) = load(SETTINGS, None, &environment, Settings::read).unwrap();
        let stop = StopRequest::new();
        let stopping = stop.clone();
        let (tell, told) = oneshot::channel();
        let running = tokio::spawn(async move {
            run_until(
                SERVICE,
                &common,
                Metrics::detached(),
                &stopping,
                |context| async move {
                    let serving = build(settings, context.clone()).await?;
                    tell.send(context.announcement()).unwrap();
                    Ok::<_, service_runtime::errors::BoxError>(serving)
                },
            )
            .await
        });
        let address = told.await.expect("the service did not start").addresses["http"];
        let channel = Endpoint::from_shared(format!("http://{address}"))
            .unwrap()
            .connect_lazy();
        Self {
            address,
            channel,
            signer: TokenSigner::new(&secret()),
            stop,
            running,
        }
    }

    /// Stops the service in order.
    pub(crate) async fn stop(self) {
        drop(self.channel);
        self.stop.ask();
        self.running.await.unwrap().unwrap();
    }

    /// Waits until the index has caught up with the feed.
    pub(crate) async fn caught_up(&self) {
        eventually("the index has caught up", async || {
            let request = self.as_service(GetIndexStatusRequest {});
            let status = self.index().get_index_status(request).await;
            status.is_ok_and(|status| status.into_inner().caught_up)
        })
        .await;
    }

    pub(crate) fn search(&self) -> SearchServiceClient<Channel> {
        SearchServiceClient::new(self.channel.clone())
    }

    pub(crate) fn assessment(&self) -> AssessmentServiceClient<Channel> {
        AssessmentServiceClient::new(self.channel.clone())
    }

    pub(crate) fn embedding(&self) -> EmbeddingServiceClient<Channel> {
        EmbeddingServiceClient::new(self.channel.clone())
    }

    pub(crate) fn learning(&self) -> LearningServiceClient<Channel> {
        LearningServiceClient::new(self.channel.clone())
    }

    pub(crate) fn index(&self) -> IndexServiceClient<Channel> {
        IndexServiceClient::new(self.channel.clone())
    }

    pub(crate) fn as_nobody<T>(&self, message: T) -> Request<T> {
        self.request(&Principal::Anonymous, message)
    }

    pub(crate) fn as_service<T>(&self, message: T) -> Request<T> {
        self.request(&Principal::Service("test".into()), message)
    }

    pub(crate) fn as_person<T>(&self, message: T) -> Request<T> {
        let person = Principal::User {
            user_id: UserId::generate(),
            session_id: SessionId::generate(),
            role: UserRole::User,
            institution_id: None,
        };
        self.request(&person, message)
    }

    pub(crate) fn request<T>(&self, principal: &Principal, message: T) -> Request<T> {
        let outgoing = Outgoing {
            token: self.signer.sign(principal, PATIENCE).unwrap(),
            request_id: Some("a-test".into()),
            ..Outgoing::default()
        };
        outgoing.request(message, Duration::from_secs(30)).unwrap()
    }
}

/// Waits until something holds, with a deadline.
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The directory that `scripts/setup` fills.
fn model_dir() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let directory =
        variable("MODEL_DIR").map_or_else(|| workspace.join(".data/models"), PathBuf::from);
    assert!(
        directory.join("manifest.json").is_file(),
        "no model in `{}`: run scripts/setup first",
        directory.display()
    );
    directory
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test runner tells its tests where the servers and the model are"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
