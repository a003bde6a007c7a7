//! The way out: a mail server over SMTP, or a folder on a developer's machine.

use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::Failure;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::job::JobError;
use crate::settings::{MailWay, SmtpSettings, SmtpTls};

/// Longest wait for each answer of the mail server.
const LIMIT: Duration = Duration::from_secs(20);

/// Why a message was not taken. Texts of the server stay out: they quote addresses.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undelivered {
    /// Nobody answered, or not in the way of a mail server.
    NoAnswer(&'static str),
    /// The server is there and wants it later, or wants other credentials.
    Later(String),
    /// The server never takes this message.
    Never(String),
}

impl From<Undelivered> for JobError {
    fn from(reason: Undelivered) -> Self {
        match reason {
            Undelivered::NoAnswer(reason) => Self::retry(reason),
            Undelivered::Later(reason) => Self::retry(reason),
            Undelivered::Never(reason) => Self::hopeless(reason),
        }
    }
}

/// The way out.
pub(super) enum Postman {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl Postman {
    /// Makes the way out.
    pub(super) fn new(way: &MailWay) -> Result<Self, Failure> {
        match way {
            MailWay::Smtp(smtp) => transport(smtp).map(Self::Smtp),
            MailWay::Folder(folder) => {
                // Messages hold links that open accounts.
                std::fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(folder)
                    .map_err(Failure::internal)?;
                Ok(Self::Folder(folder.clone()))
            }
        }
    }

    /// Hands a message over.
    pub(super) async fn deliver(&self, id: Uuid, message: Message) -> Result<(), Undelivered> {
        match self {
            Self::Smtp(server) => match server.send(message).await {
                Ok(_accepted) => Ok(()),
                Err(error) => Err(judge(&error)),
            },
            Self::Folder(folder) => write(folder, id, &message.formatted())
                .await
                .map_err(|_hidden| Undelivered::NoAnswer("the folder for mail cannot be written")),
        }
    }
}

fn transport(smtp: &SmtpSettings) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
    let parameters = || TlsParameters::new(smtp.host.clone()).map_err(Failure::internal);
    let tls = match smtp.tls {
        SmtpTls::StartTls => Tls::Required(parameters()?),
        SmtpTls::Tls => Tls::Wrapper(parameters()?),
        SmtpTls::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(LIMIT));
    if let Some((user, password)) = &smtp.credentials {
        let password = password.expose_secret().to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

fn judge(error: &lettre::transport::smtp::Error) -> Undelivered {
    if let Some(code) = error.status() {
        let answer = format!("the mail server answered {code}");
        // 530 to 538 speak of our credentials, which the next operator's change can mend.
        let credentials = matches!(u16::from(code), 530..=538);
        return if error.is_permanent() && !credentials {
            Undelivered::Never(answer)
        } else {
            Undelivered::Later(answer)
        };
    }
    Undelivered::NoAnswer(if error.is_timeout() {
        "the mail server did not answer in time"
    } else if error.is_tls() {
        "the connection to the mail server cannot be encrypted"
    } else {
        "the mail server cannot be reached"
    })
}

/// Writes a message that is whole or not there; the same name in every attempt.
async fn write(folder: &Path, id: Uuid, message: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!(".{id}"));
    tokio::fs::write(&unfinished, message).await?;
    tokio::fs::rename(&unfinished, folder.join(format!("{id}.eml"))).await
}
