//! Settings of outgoing mail.

use std::path::PathBuf;
use std::str::FromStr;

use lettre::message::Mailbox;
use secrecy::SecretString;
use service_runtime::settings::{Reader, Setting};

use crate::job::mail::Locale;

/// Definitions of the settings of outgoing mail.
pub(super) const HOST: Setting = Setting::new(
    "SMTP_HOST",
    "Mail server that the worker hands messages to. Production needs one; elsewhere MAIL_DIR can take its place.",
);
pub(super) const PORT: Setting = Setting::new(
    "SMTP_PORT",
    "Port of the mail server: 587 for starttls, 465 for tls.",
)
.default("587");
pub(super) const USER: Setting = Setting::new(
    "SMTP_USER",
    "Name to sign in to the mail server with. Empty: without signing in.",
);
pub(super) const PASSWORD: Setting =
    Setting::new("SMTP_PASSWORD", "Password for SMTP_USER.").secret();
pub(super) const FROM: Setting = Setting::new(
    "SMTP_FROM",
    "Sender of all messages, such as `BCCB <no-reply@example.org>`; the mail server must accept it.",
)
.default("BCCB <no-reply@localhost>");
pub(super) const TLS: Setting = Setting::new(
    "SMTP_TLS",
    "How the connection to the mail server is encrypted: starttls, tls (from the first byte) or none (a server on this machine only).",
)
.default("starttls");
pub(super) const FOLDER: Setting = Setting::new(
    "MAIL_DIR",
    "Folder that receives messages as .eml files instead of a mail server; not in production.",
);
pub(super) const LANGUAGE: Setting = Setting::new(
    "MAIL_LANGUAGE",
    "Language of the messages to people: en (English) or fr (French).",
)
.default("en");

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// After the first words; a server that cannot is not used.
    StartTls,
    /// From the first byte.
    Tls,
    /// Not at all.
    None,
}

impl FromStr for SmtpTls {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "starttls" => Ok(Self::StartTls),
            "tls" => Ok(Self::Tls),
            "none" => Ok(Self::None),
            _other => Err("must be starttls, tls or none"),
        }
    }
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Name and password.
    pub credentials: Option<(String, SecretString)>,
    /// How the connection is encrypted.
    pub tls: SmtpTls,
}

/// Where messages go.
#[derive(Clone, Debug)]
pub enum MailWay {
    /// To a mail server.
    Smtp(SmtpSettings),
    /// Into a folder.
    Folder(PathBuf),
}

/// Settings of outgoing mail.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Sender of all messages.
    pub from: Mailbox,
    /// Where they go.
    pub way: MailWay,
    /// Language of messages that name none.
    pub language: Locale,
}

impl MailSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let production = reader.app_environment().is_production();
        let host = reader.optional::<String>("SMTP_HOST");
        let folder = reader.optional::<PathBuf>("MAIL_DIR");
        let port = reader.integer("SMTP_PORT", 1_u16..=u16::MAX);
        let user = reader.optional::<String>("SMTP_USER");
        let password = reader.optional_secret("SMTP_PASSWORD");
        let tls = reader.required("SMTP_TLS");
        let from = reader.required("SMTP_FROM");
        let language = reader.required("MAIL_LANGUAGE");
        reader.check(
            !(production && folder.is_some()),
            "MAIL_DIR",
            "is not for production, where people wait for their mail",
            "set SMTP_HOST",
        );
        reader.check(
            host.is_some() || folder.is_some(),
            "SMTP_HOST",
            "is required: the worker sends mail",
            "name a mail server, or set MAIL_DIR on a developer's machine",
        );
        reader.check(
            user.is_some() == password.is_some(),
            "SMTP_USER",
            "needs SMTP_PASSWORD, and the other way round",
            "set both or none",
        );
        reader.check(
            !(production && password.is_some() && tls == Some(SmtpTls::None)),
            "SMTP_TLS",
            "must not be none where a password is sent",
            "use starttls or tls",
        );
        let way = match (host, folder) {
            (Some(host), _) => MailWay::Smtp(SmtpSettings {
                host,
                port,
                credentials: user.zip(password),
                tls: tls?,
            }),
            (None, folder) => MailWay::Folder(folder?),
        };
        Some(Self {
            from: from?,
            way,
            language: language?,
        })
    }
}
