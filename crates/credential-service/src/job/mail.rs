//! Kind `mail`: one message to one person.
//!
//! A message is sent at least once: when the answer of the mail server is lost, it is sent again under the same
//! `Message-ID`, by which mail programs recognise a copy.

mod compose;
mod deliver;
mod text;

use std::str::FromStr;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use service_runtime::Dependency;

use self::compose::Composer;
use self::deliver::Postman;
use super::{Backoff, Job, JobError, Kind, NewJob};
use crate::settings::MailSettings;

/// The name in the table.
pub(super) const KIND: &str = "mail";
/// Attempts: up to half a day, half of that on average.
const ATTEMPTS: i32 = 12;

/// What a message is about; the texts are in `templates/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// A link to confirm the address of a new account.
    Registration,
    /// Somebody asked for an account with an address that has one.
    AlreadyRegistered,
    /// A link to choose a new password.
    PasswordReset,
    /// A link to open an account.
    Invitation,
    /// A link to confirm a new address.
    EmailChange,
    /// The address of the account is another one now; to the one before.
    EmailChanged,
    /// The password was changed.
    PasswordChanged,
    /// Somebody signed in from an address not seen before.
    NewSignIn,
    /// Micro-credentials are due for review.
    ReviewDue,
    /// A webhook was disabled after many failures.
    WebhookDisabled,
}

impl Template {
    /// The name in payloads and in the files of texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::AlreadyRegistered => "already_registered",
            Self::PasswordReset => "password_reset",
            Self::Invitation => "invitation",
            Self::EmailChange => "email_change",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged => "password_changed",
            Self::NewSignIn => "new_sign_in",
            Self::ReviewDue => "review_due",
            Self::WebhookDisabled => "webhook_disabled",
        }
    }
}

/// Language of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    En,
    /// French.
    Fr,
}

impl FromStr for Locale {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "en" => Ok(Self::En),
            "fr" => Ok(Self::Fr),
            _other => Err("must be en or fr"),
        }
    }
}

/// A message to be sent: the payload of the job.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// What it is about.
    pub template: Template,
    /// Address of the person.
    pub to: String,
    /// Name of the person; may be empty.
    #[serde(default)]
    pub name: String,
    /// Where the button leads, if there is one; `http` or `https`.
    #[serde(default)]
    pub link: Option<String>,
    /// The object that the message speaks of, such as the title of a micro-credential.
    #[serde(default)]
    pub subject: Option<String>,
    /// A day, a reason or another page that the message gives.
    #[serde(default)]
    pub detail: Option<String>,
    /// A list of things that the message names, a line each.
    #[serde(default)]
    pub items: Vec<String>,
    /// Language; none: that of the worker, `MAIL_LANGUAGE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Address and link are nobody's business.
        formatter
            .debug_struct("Mail")
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

/// Enqueues messages within the transaction of the change that causes them.
///
/// # Errors
/// The database refuses.
pub async fn enqueue(conn: &mut AsyncPgConnection, mails: &[Mail]) -> Result<(), Failure> {
    let jobs = mails
        .iter()
        .map(|mail| {
            Ok(NewJob {
                kind: KIND,
                payload: serde_json::to_value(mail).map_err(Failure::internal)?,
                max_attempts: ATTEMPTS,
                unique_key: None,
                lane: Some(KIND.to_owned()),
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    super::enqueue(conn, &jobs).await?;
    Ok(())
}

/// Sends messages.
pub(crate) struct MailKind {
    composer: Composer,
    postman: Postman,
    server: Dependency,
}

impl MailKind {
    /// Reads the texts and makes the way out; nothing is connected yet. `server` hears whether the mail server answers.
    ///
    /// # Errors
    /// A text is broken, the folder cannot be made, or the name of the mail server is none.
    pub(crate) fn new(settings: &MailSettings, server: Dependency) -> Result<Self, Failure> {
        Ok(Self {
            composer: Composer::new(settings.from.clone(), settings.language)?,
            postman: Postman::new(&settings.way)?,
            server,
        })
    }

    async fn send(&self, job: &Job) -> Result<(), JobError> {
        let mail: Mail = job.read()?;
        let message = self.composer.compose(&mail, job.id)?;
        let sent = self.postman.deliver(job.id, message).await;
        self.server
            .report(!matches!(sent, Err(deliver::Undelivered::NoAnswer(_))));
        metrics::counter!("mails_sent_total", "template" => mail.template.as_str(),
            "outcome" => if sent.is_ok() { "sent" } else { "failed" })
        .increment(1);
        sent.map_err(Into::into)
    }
}

impl Kind for MailKind {
    fn name(&self) -> &'static str {
        KIND
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            base: Duration::from_secs(30),
            ceiling: Duration::from_secs(4 * 3_600),
        }
    }

    fn run<'job>(&'job self, job: &'job Job) -> BoxFuture<'job, Result<(), JobError>> {
        Box::pin(self.send(job))
    }
}
