//! How our services reach PostgreSQL: addresses, TLS as they ask for it, and what its refusals mean.
//!
//! `sslmode` in the address decides, and nothing is ever quietly less than it says:
//!
//! * `disable`, or none: in the clear, for the loopback address and networks that encrypt by themselves.
//! * `require`, `verify-full`: TLS 1.2 or 1.3, the certificate signed by `sslrootcert` (a PEM file; without one, by an authority
//!   that the system trusts) and made out to the host. Unlike libpq's, our `require` verifies as well: encryption to whoever
//!   answers protects from nobody who can answer.
//! * `prefer`, `allow`, `verify-ca` are refused: each of them may protect less than its reader believes.

pub mod error;
pub mod measure;

use std::path::PathBuf;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

/// Why an address cannot be used. Never says what the address is: it holds a password.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error("is not an address like postgres://user:password@host:5432/database")]
    Unreadable,
    /// `sslmode` is none that we know.
    #[error("has a sslmode other than disable, require and verify-full")]
    Mode,
    /// `sslrootcert` without a mode that looks at certificates.
    #[error("names a sslrootcert although its sslmode asks for no TLS")]
    UnusedRoot,
    /// The file of `sslrootcert` has no certificate, or cannot be read.
    #[error("has a sslrootcert that is no readable file with certificates (PEM)")]
    Root,
    /// The system trusts nobody.
    #[error("asks for TLS without sslrootcert on a system that has no trusted authorities")]
    NoAuthorities,
}

/// The address of a database, checked.
#[derive(Clone)]
pub struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Address")
            .field("tls", &self.tls.is_some())
            .finish_non_exhaustive()
    }
}

impl Address {
    /// Reads an address; files that it names are read now.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let mut url = Url::parse(text).map_err(|_unreadable| AddressError::Unreadable)?;
        let (mut mode, mut root, mut others) = (None, None, Vec::new());
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => root = Some(PathBuf::from(value.into_owned())),
                _other => others.push((name.into_owned(), value.into_owned())),
            }
        }
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(&others);
        }
        let mut config: Config = url
            .as_str()
            .parse()
            .map_err(|_unreadable| AddressError::Unreadable)?;
        let tls = match (mode.as_deref(), root) {
            (None | Some("disable"), None) => None,
            (None | Some("disable"), Some(_)) => return Err(AddressError::UnusedRoot),
            (Some("require" | "verify-full"), root) => Some(verified(root)?),
            (Some(_), _) => return Err(AddressError::Mode),
        };
        config.ssl_mode(match tls {
            Some(_) => SslMode::Require,
            None => SslMode::Disable,
        });
        watch(&mut config);
        Ok(Self { config, tls })
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// The server is away or refuses; it has no TLS, or a certificate that does not prove who it is, where TLS is asked for.
    pub async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        match &self.tls {
            Some(tls) => {
                let (client, connection) = self
                    .config
                    .connect(tls.clone())
                    .await
                    .map_err(|error| bad(&error))?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
            None => {
                let (client, connection) = self
                    .config
                    .connect(NoTls)
                    .await
                    .map_err(|error| bad(&error))?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
        }
    }
}

/// Opens one connection to an address.
///
/// # Errors
/// The address is none, or as [`Address::connect`].
pub async fn connect(text: &str) -> ConnectionResult<AsyncPgConnection> {
    let address =
        Address::parse(text).map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    address.connect().await
}

/// A server that is gone without a word is noticed within half a minute, not within the two hours of the system.
fn watch(config: &mut Config) {
    const SILENCE: Duration = Duration::from_secs(30);

    config
        .keepalives_idle(SILENCE / 2)
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3);
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
}

fn bad(error: &tokio_postgres::Error) -> ConnectionError {
    // The text of the outer error is only its kind; what went wrong stands below.
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(below) = cause {
        text = format!("{text}: {below}");
        cause = below.source();
    }
    ConnectionError::BadConnection(text)
}

fn verified(root: Option<PathBuf>) -> Result<MakeRustlsConnect, AddressError> {
    let mut roots = RootCertStore::empty();
    match root {
        Some(path) => {
            let certificates =
                CertificateDer::pem_file_iter(path).map_err(|_unread| AddressError::Root)?;
            for certificate in certificates {
                let certificate = certificate.map_err(|_damaged| AddressError::Root)?;
                roots
                    .add(certificate)
                    .map_err(|_damaged| AddressError::Root)?;
            }
            if roots.is_empty() {
                return Err(AddressError::Root);
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                return Err(AddressError::NoAuthorities);
            }
        }
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_unsupported| AddressError::NoAuthorities)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(query: &str) -> String {
        let text = format!("postgres://somebody:secret@localhost/bccb{query}");
        let error = Address::parse(&text).unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
        error
    }

    #[test]
    fn what_protects_less_than_it_says_is_refused() {
        for mode in ["prefer", "allow", "verify-ca", "REQUIRE", ""] {
            let refusal = refusal(&format!("?sslmode={mode}"));
            assert!(refusal.contains("sslmode other than"), "{mode}: {refusal}");
        }
        assert!(refusal("?sslrootcert=/etc/ca.pem").contains("asks for no TLS"));
        assert!(refusal("?sslmode=verify-full&sslrootcert=/no/such.pem").contains("readable file"));
        assert!(matches!(
            Address::parse("bccb"),
            Err(AddressError::Unreadable)
        ));
    }

    #[test]
    fn none_and_disable_are_in_the_clear_and_other_parameters_stay() {
        let plain = Address::parse("postgres://a:b@h:1/c?connect_timeout=3&sslmode=disable");
        let plain = plain.unwrap();

        assert!(!plain.is_encrypted());
        assert_eq!(plain.config.get_ssl_mode(), SslMode::Disable);
        assert_eq!(
            plain.config.get_connect_timeout(),
            Some(&std::time::Duration::from_secs(3))
        );
    }
}
