//! A running service with its own database, and people who call it.

use std::collections::HashMap;
use std::time::Duration;

use credential_service::{Application, SERVICE, SETTINGS, Settings};
use dev_stack::TestDatabase;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::id::{InstitutionId, SessionId, UserId};
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::caller::Outgoing;
use protocol::pb::credential as pb;
use protocol::token::TokenSigner;
use secrecy::SecretString;
use service_runtime::errors::BoxError;
use service_runtime::{Context, Metrics, Shutdown, settings};
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

pub(crate) use crate::drafts::{credential, decimal, institution, outcome_draft};

pub(crate) const SECRET: &str = "a-secret-that-only-the-tests-of-this-crate-know";
/// Nothing takes this long unless it is broken.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(diesel::QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    text: String,
}

/// A running service; it stops when dropped.
pub(crate) struct Service {
    pub(crate) database: TestDatabase,
    pub(crate) channel: Channel,
    pub(crate) shutdown: Shutdown,
    pub(crate) serving: JoinHandle<Result<(), BoxError>>,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let url = database.roles().app.clone();
        Self::start_on(database, &url).await
    }

    /// Starts on another address than that of the test's own database.
    pub(crate) async fn start_on(database: TestDatabase, url: &str) -> Self {
        Self::start_with(database, url, &[]).await
    }

    /// Starts with settings of the test's own.
    pub(crate) async fn start_with(
        database: TestDatabase,
        url: &str,
        more: &[(&str, &str)],
    ) -> Self {
        let mut environment = HashMap::from(
            [
                ("APP_ENV", "test"),
                ("CREDENTIAL_PORT", "0"),
                ("DATABASE_URL", url),
                ("DATABASE_POOL_SIZE", "6"),
                ("WEBHOOK_ALLOW_PRIVATE", "true"),
                ("JWT_SECRET", SECRET),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        environment.extend(
            more.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let (common, own) = settings::load(SETTINGS, None, &environment, Settings::read).unwrap();
        let context = Context::new(SERVICE, &common, Metrics::detached());
        let shutdown = context.shutdown().clone();
        let application = Application::build(own, context).await.unwrap();
        let address = format!("http://{}", application.address());
        let serving = tokio::spawn(application.serve());
        Self {
            database,
            channel: protocol::channel::connect(&address).unwrap(),
            shutdown,
            serving,
        }
    }

    /// Somebody with a role, on record and signed in.
    pub(crate) async fn person(
        &self,
        role: UserRole,
        institution: Option<InstitutionId>,
    ) -> Person {
        let (user, session) = (UserId::generate(), SessionId::generate());
        let institution_sql =
            institution.map_or("NULL".to_owned(), |institution| format!("'{institution}'"));
        self.sql(&format!(
            "INSERT INTO users (id, email, password_hash, first_name, last_name, role, institution_id) \
             VALUES ('{user}', '{user}@example.org', '$argon2id$v=19$none', 'A', 'B', '{role}', {institution_sql}); \
             INSERT INTO sessions (id, user_id, expires_at) VALUES ('{session}', '{user}', now() + interval '1 day')"
        ))
        .await;
        Person::with_token(
            self,
            Principal::User {
                user_id: user,
                session_id: session,
                role,
                institution_id: institution,
            },
        )
    }

    pub(crate) async fn admin(&self) -> Person {
        self.person(UserRole::Admin, None).await
    }

    pub(crate) fn anonymous(&self) -> Person {
        Person::with_token(self, Principal::Anonymous)
    }

    pub(crate) fn follower(&self) -> Person {
        Person::with_token(self, Principal::Service("test".into()))
    }

    pub(crate) async fn connect(&self) -> AsyncPgConnection {
        self.database.connect().await.unwrap()
    }

    pub(crate) async fn sql(&self, sql: &str) {
        self.connect().await.batch_execute(sql).await.unwrap();
    }

    /// The number that a query of one number answers.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let sql = format!("SELECT ({sql})::bigint AS number");
        diesel::sql_query(sql)
            .get_result::<Number>(&mut self.connect().await)
            .await
            .unwrap()
            .number
    }

    /// The text that a query of one text answers.
    pub(crate) async fn text(&self, sql: &str) -> String {
        let sql = format!("SELECT ({sql})::text AS text");
        diesel::sql_query(sql)
            .get_result::<Word>(&mut self.connect().await)
            .await
            .unwrap()
            .text
    }

    /// An institution that an administrator has just recorded.
    pub(crate) async fn institution(&self, code: &str) -> InstitutionId {
        let made = self.admin().await.create_institution(code).await.unwrap();
        made.id.parse().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// Somebody who calls the service.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) principal: Principal,
    pub(crate) outgoing: Outgoing,
    channel: Channel,
}

macro_rules! clients {
    ($($name:ident: $module:ident::$client:ident),+ $(,)?) => {$(
        pub(crate) fn $name(&self) -> pb::$module::$client<Channel> {
            pb::$module::$client::new(self.channel.clone())
        }
    )+};
}

impl Person {
    pub(crate) fn with_token(service: &Service, principal: Principal) -> Self {
        let signer = TokenSigner::new(&SecretString::from(SECRET));
        let token = signer.sign(&principal, Duration::from_secs(60)).unwrap();
        Self {
            principal,
            outgoing: Outgoing {
                token,
                request_id: Some("request-of-a-test".into()),
                address: Some([192, 0, 2, 7].into()),
                agent: Some("test agent".into()),
                idempotency_key: None,
            },
            channel: service.channel.clone(),
        }
    }

    clients! {
        institutions: institution_service_client::InstitutionServiceClient,
        credentials: micro_credential_service_client::MicroCredentialServiceClient,
        recognitions: recognition_service_client::RecognitionServiceClient,
        pathways: pathway_service_client::PathwayServiceClient,
        accounts: account_service_client::AccountServiceClient,
        audit: audit_service_client::AuditServiceClient,
        feed: feed_service_client::FeedServiceClient,
        stats: stats_service_client::StatsServiceClient,
        exchange: exchange_service_client::ExchangeServiceClient,
        reports: report_service_client::ReportServiceClient,
        webhooks: webhook_service_client::WebhookServiceClient,
    }

    pub(crate) fn ask<T>(&self, message: T) -> Request<T> {
        self.outgoing.request(message, LIMIT).unwrap()
    }

    pub(crate) async fn create_institution(&self, code: &str) -> Result<pb::Institution, Failure> {
        let draft = institution(code);
        let request = self.ask(pb::CreateInstitutionRequest { draft: Some(draft) });
        let made = outcome(self.institutions().create_institution(request).await)?;
        Ok(made.institution.unwrap())
    }

    pub(crate) async fn create_credential(
        &self,
        institution: InstitutionId,
        draft: pb::MicroCredentialDraft,
    ) -> Result<pb::MicroCredential, Failure> {
        let request = self.ask(pb::CreateMicroCredentialRequest {
            institution_id: institution.to_string(),
            draft: Some(draft),
        });
        let made = outcome(self.credentials().create_micro_credential(request).await)?;
        Ok(made.micro_credential.unwrap())
    }

    pub(crate) async fn credential(
        &self,
        id: &str,
    ) -> Result<pb::GetMicroCredentialResponse, Failure> {
        let request = self.ask(pb::GetMicroCredentialRequest { id: id.into() });
        outcome(self.credentials().get_micro_credential(request).await)
    }

    pub(crate) async fn list_credentials(
        &self,
        request: pb::ListMicroCredentialsRequest,
    ) -> Result<pb::ListMicroCredentialsResponse, Failure> {
        outcome(
            self.credentials()
                .list_micro_credentials(self.ask(request))
                .await,
        )
    }

    pub(crate) async fn update(
        &self,
        id: &str,
        draft: pb::MicroCredentialDraft,
        expected_version: Option<i64>,
    ) -> Result<pb::MicroCredential, Failure> {
        let request = self.ask(pb::UpdateMicroCredentialRequest {
            id: id.into(),
            draft: Some(draft),
            expected_version,
        });
        let made = outcome(self.credentials().update_micro_credential(request).await)?;
        Ok(made.micro_credential.unwrap())
    }

    pub(crate) async fn step(
        &self,
        id: &str,
        step: pb::CredentialTransition,
    ) -> Result<pb::MicroCredential, Failure> {
        let request = self.ask(pb::TransitionMicroCredentialRequest {
            id: id.into(),
            transition: step.into(),
            expected_version: None,
        });
        let made = outcome(
            self.credentials()
                .transition_micro_credential(request)
                .await,
        )?;
        Ok(made.micro_credential.unwrap())
    }

    /// A micro-credential that has gone all the way to the public.
    pub(crate) async fn publish_new(
        &self,
        institution: InstitutionId,
        code: &str,
    ) -> pb::MicroCredential {
        let draft = self
            .create_credential(institution, credential(code))
            .await
            .unwrap();
        self.step(&draft.id, pb::CredentialTransition::Submit)
            .await
            .unwrap();
        self.step(&draft.id, pb::CredentialTransition::Publish)
            .await
            .unwrap()
    }
}

/// The message of an answer, or the failure behind a status.
pub(crate) fn outcome<T>(answer: Result<Response<T>, Status>) -> Result<T, Failure> {
    answer
        .map(Response::into_inner)
        .map_err(protocol::from_status)
}

/// The code of a refusal.
pub(crate) fn refusal<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> ErrorCode {
    outcome.expect_err("this should have been refused").code
}
