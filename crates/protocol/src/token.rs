//! Signed tokens (JWT, RFC 7519, HS256 only) ⇄ [`Principal`].
//!
//! The gateway signs; every service verifies for itself, with the same keys. The rules of RFC 8725 hold: one algorithm,
//! issuer, audience, expiry and kind are always checked.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use domain::id::{InstitutionId, SessionId, UserId};
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use jsonwebtoken::errors::ErrorKind as JwtErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

const ISSUER: &str = "bccb";
const AUDIENCE: &str = "bccb-services";
/// Longest token that is looked at.
const MAX_TOKEN_BYTES: usize = 4_096;
/// Clocks of two machines may differ by so much.
const LEEWAY_SECONDS: u64 = 5;
/// How long a service's own token holds.
pub const SERVICE_TOKEN_LIFETIME: Duration = Duration::from_secs(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TokenKind {
    Access,
    Anonymous,
    Service,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    kind: TokenKind,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    role: Option<UserRole>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    institution: Option<InstitutionId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    session: Option<SessionId>,
    iat: u64,
    exp: u64,
    jti: Uuid,
}

/// Signs tokens with the current key.
#[derive(Clone)]
pub struct TokenSigner {
    key: EncodingKey,
}

impl std::fmt::Debug for TokenSigner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TokenSigner")
    }
}

impl TokenSigner {
    /// A signer with this key.
    #[must_use]
    pub fn new(secret: &SecretString) -> Self {
        Self {
            key: EncodingKey::from_secret(secret.expose_secret().as_bytes()),
        }
    }

    /// Signs a token that stands for `principal` for `lifetime`, as known now.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when signing fails.
    pub fn sign(&self, principal: &Principal, lifetime: Duration) -> Result<String, Failure> {
        self.sign_as_of(principal, lifetime, Utc::now())
    }

    /// Signs a token that stands for `principal` for `lifetime` from now on, as was known at a moment: that moment is when
    /// it counts as signed, so that what has changed since makes it worthless.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when signing fails.
    pub fn sign_as_of(
        &self,
        principal: &Principal,
        lifetime: Duration,
        moment: DateTime<Utc>,
    ) -> Result<String, Failure> {
        let seconds = u64::try_from(moment.timestamp()).map_err(Failure::internal)?;
        let exact = Timestamp::from_unix(NoContext, seconds, moment.timestamp_subsec_nanos());
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(Failure::internal)?
            .as_secs();
        let (sub, kind, role, institution, session) = match principal {
            Principal::Anonymous => (
                "anonymous".to_owned(),
                TokenKind::Anonymous,
                None,
                None,
                None,
            ),
            Principal::Service(name) => (name.clone(), TokenKind::Service, None, None, None),
            Principal::User {
                user_id,
                session_id,
                role,
                institution_id,
            } => (
                user_id.to_string(),
                TokenKind::Access,
                Some(*role),
                *institution_id,
                Some(*session_id),
            ),
        };
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub,
            kind,
            role,
            institution,
            session,
            iat: seconds,
            exp: now + lifetime.as_secs(),
            jti: Uuid::new_v7(exact),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.key)
            .map_err(Failure::internal)
    }
}

/// A token whose signature and claims are good.
#[derive(Clone, Debug)]
pub struct Verified {
    /// For whom it stands.
    pub principal: Principal,
    /// When it was signed, or what it says was read, in whole milliseconds.
    pub signed_at: DateTime<Utc>,
}

/// Verifies tokens signed with the current key or, while keys change, with the one before.
#[derive(Clone)]
pub struct TokenVerifier {
    keys: Vec<DecodingKey>,
    validation: Validation,
}

impl std::fmt::Debug for TokenVerifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TokenVerifier")
    }
}

impl TokenVerifier {
    /// A verifier with these keys.
    #[must_use]
    pub fn new(current: &SecretString, previous: Option<&SecretString>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = LEEWAY_SECONDS;
        let keys = std::iter::once(current)
            .chain(previous)
            .map(|secret| DecodingKey::from_secret(secret.expose_secret().as_bytes()))
            .collect();
        Self { keys, validation }
    }

    /// Says for whom a token stands.
    ///
    /// # Errors
    /// `TOKEN_EXPIRED` for a token of ours past its time, `TOKEN_INVALID` for every other flaw.
    pub fn verify(&self, token: &str) -> Result<Principal, Failure> {
        Ok(self.read(token)?.principal)
    }

    /// Says for whom a token stands, and since when.
    ///
    /// # Errors
    /// As [`TokenVerifier::verify`].
    pub fn read(&self, token: &str) -> Result<Verified, Failure> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(invalid());
        }
        for key in &self.keys {
            match jsonwebtoken::decode::<Claims>(token, key, &self.validation) {
                Ok(data) if !is_plain(&data.header) => return Err(invalid()),
                Ok(data) => {
                    return Ok(Verified {
                        signed_at: signed_at(&data.claims)?,
                        principal: principal_of(data.claims)?,
                    });
                }
                Err(error) if matches!(error.kind(), JwtErrorKind::ExpiredSignature) => {
                    return Err(Failure::new(
                        ErrorCode::TokenExpired,
                        "the access token has expired; refresh the session",
                    ));
                }
                Err(_other_key_may_fit) => {}
            }
        }
        Err(invalid())
    }
}

/// Whether a header says no more than ours do: the kind, and nothing that points to keys or must be understood.
fn is_plain(header: &Header) -> bool {
    let plain = Header::new(Algorithm::HS256);
    *header == plain
}

/// When a token was signed: to the second by `iat`, to the millisecond by its own number (UUID v7).
fn signed_at(claims: &Claims) -> Result<DateTime<Utc>, Failure> {
    let seconds = i64::try_from(claims.iat).map_err(|_too_large| invalid())?;
    let exact = claims.jti.get_timestamp().and_then(|stamp| {
        let (seconds, nanos) = stamp.to_unix();
        DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
    });
    exact
        .filter(|exact| (exact.timestamp() - seconds).abs() <= 1)
        .or_else(|| DateTime::from_timestamp(seconds, 0))
        .ok_or_else(invalid)
}

fn invalid() -> Failure {
    Failure::new(
        ErrorCode::TokenInvalid,
        "the access token is not valid here",
    )
}

fn principal_of(claims: Claims) -> Result<Principal, Failure> {
    match claims.kind {
        TokenKind::Anonymous => Ok(Principal::Anonymous),
        TokenKind::Service => Ok(Principal::Service(claims.sub)),
        TokenKind::Access => match (claims.sub.parse::<UserId>(), claims.role, claims.session) {
            (Ok(user_id), Some(role), Some(session_id)) => Ok(Principal::User {
                user_id,
                session_id,
                role,
                institution_id: claims.institution,
            }),
            _incomplete => Err(invalid()),
        },
    }
}

#[cfg(test)]
mod tests;
