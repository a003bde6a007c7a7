//! The settings of the three services, so that they find each other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use crate::layout::Layout;
use crate::postgres::DatabaseUrls;
use crate::service::{RunningService, ServiceSpec};

/// What all three services share.
#[derive(Clone, Debug)]
pub struct Platform {
    /// Where binaries, model and web app are.
    pub layout: Layout,
    /// Where logs and announcements go.
    pub folder: PathBuf,
    /// `development` or `test`.
    pub environment: &'static str,
    /// The database, as each of its roles reaches it.
    pub database: DatabaseUrls,
    /// Redis, if there is one.
    pub redis_url: Option<String>,
    /// Key that tokens are signed with.
    pub jwt_secret: String,
    /// More settings for every service.
    pub extra: BTreeMap<String, String>,
}

impl Platform {
    fn settings(&self) -> BTreeMap<String, String> {
        let mut settings = BTreeMap::from([
            ("APP_ENV".to_owned(), self.environment.to_owned()),
            ("ADMIN_PORT".to_owned(), "0".to_owned()),
            ("BIND_ADDRESS".to_owned(), "127.0.0.1".to_owned()),
            ("JWT_SECRET".to_owned(), self.jwt_secret.clone()),
            ("RUST_BACKTRACE".to_owned(), "1".to_owned()),
        ]);
        settings.extend(self.extra.clone());
        settings
    }

    fn spec(
        &self,
        name: &str,
        port: (&str, &str),
        settings: BTreeMap<String, String>,
    ) -> Result<ServiceSpec> {
        let (address, setting) = port;
        Ok(ServiceSpec {
            name: name.to_owned(),
            binary: self.layout.binary(name)?,
            arguments: Vec::new(),
            settings,
            ports: BTreeMap::from([
                (address.to_owned(), setting.to_owned()),
                ("admin".to_owned(), "ADMIN_PORT".to_owned()),
            ]),
            folder: self.folder.clone(),
        })
    }

    /// The credential service on a free port.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn credential_service(&self) -> Result<ServiceSpec> {
        let mut settings = self.settings();
        self.keep_reports(&mut settings)?;
        settings.insert("CREDENTIAL_PORT".into(), "0".into());
        settings.insert("DATABASE_URL".into(), self.database.app.clone());
        self.spec("credential-service", ("grpc", "CREDENTIAL_PORT"), settings)
    }

    /// Where messages go that would go to a mail server elsewhere.
    #[must_use]
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.join("mail")
    }

    /// Says where reports go, unless somebody else has said so.
    fn keep_reports(&self, settings: &mut BTreeMap<String, String>) -> Result<()> {
        if !settings.contains_key("AWS_BUCKET") {
            let folder = std::path::absolute(self.folder.join("storage"))?;
            settings
                .entry("STORAGE_DIR".to_owned())
                .or_insert_with(|| folder.display().to_string());
        }
        Ok(())
    }

    /// The worker that does the jobs of the credential service.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn worker(&self) -> Result<ServiceSpec> {
        let mut settings = self.settings();
        self.keep_reports(&mut settings)?;
        settings.insert("DATABASE_URL".into(), self.database.app.clone());
        if !settings.contains_key("SMTP_HOST") {
            let folder = self.mail_folder().display().to_string();
            settings.insert("MAIL_DIR".into(), folder);
        }
        Ok(ServiceSpec {
            name: "credential-worker".to_owned(),
            binary: self.layout.binary("credential-service")?,
            arguments: vec!["worker".to_owned()],
            settings,
            ports: BTreeMap::from([("admin".to_owned(), "ADMIN_PORT".to_owned())]),
            folder: self.folder.clone(),
        })
    }

    /// The AI service on a free port, following a running credential service.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn ai_service(&self, credential: &RunningService) -> Result<ServiceSpec> {
        let mut settings = self.settings();
        settings.insert("AI_PORT".into(), "0".into());
        settings.insert("DATABASE_URL".into(), self.database.ai.clone());
        settings.insert("CREDENTIAL_SERVICE_URL".into(), credential.url("grpc")?);
        settings.insert("MODEL_DIR".into(), self.layout.model.display().to_string());
        self.spec("ai-service", ("http", "AI_PORT"), settings)
    }

    /// The gateway on `port` (0: a free one), in front of the others.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn api_gateway(
        &self,
        port: u16,
        credential: &RunningService,
        ai_url: &str,
    ) -> Result<ServiceSpec> {
        let mut settings = self.settings();
        settings.insert("API_PORT".into(), port.to_string());
        settings.insert("CREDENTIAL_SERVICE_URL".into(), credential.url("grpc")?);
        settings.insert("AI_SERVICE_URL".into(), ai_url.to_owned());
        if let Some(redis) = &self.redis_url {
            settings.insert("REDIS_URL".into(), redis.clone());
        }
        if self.layout.web.join("index.html").is_file() {
            settings.insert("WEB_DIR".into(), self.layout.web.display().to_string());
        }
        self.spec("api-gateway", ("http", "API_PORT"), settings)
    }

    /// Runs an operator's subcommand of a service to its end, as the owner of its tables, and gives what it printed.
    ///
    /// # Errors
    /// When it ends with another code than 0.
    pub async fn command(&self, service: &str, arguments: &[&str]) -> Result<String> {
        let mut command = tokio::process::Command::new(self.layout.binary(service)?);
        let mut settings = self.settings();
        let owner = if service == "ai-service" {
            &self.database.ai
        } else {
            &self.database.owner
        };
        settings.insert("DATABASE_URL".into(), owner.clone());
        if let Some(role) = &self.database.app_role {
            settings.insert("DATABASE_APP_ROLE".into(), role.clone());
        }
        settings.insert("MODEL_DIR".into(), self.layout.model.display().to_string());
        command.args(arguments).env_clear().envs(settings);
        crate::process::run(&format!("{service} {}", arguments.join(" ")), command).await
    }
}
