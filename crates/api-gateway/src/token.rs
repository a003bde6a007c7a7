//! Tokens: signed here, verified everywhere.

mod anonymous;
pub(crate) mod csrf;
pub(crate) mod denied;
pub(crate) mod revocations;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use chrono::Utc;
use domain::Failure;
use domain::policy::Principal;
use protocol::token::{TokenSigner, TokenVerifier};
use secrecy::ExposeSecret as _;

use self::anonymous::AnonymousToken;
use self::csrf::Csrf;
use self::denied::DenyList;
use crate::cookie::{self, Readable};
use crate::dto::auth as dto;
use crate::extract::SessionMode;
use crate::settings::TokenSettings;
use crate::upstream::credential::SignedIn;

/// Signs and verifies tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    signer: TokenSigner,
    verifier: TokenVerifier,
    lifetime: Duration,
    anonymous: AnonymousToken,
    csrf: Csrf,
    denied: Arc<DenyList>,
}

impl Tokens {
    /// Tokens with these keys.
    pub(crate) fn new(settings: &TokenSettings) -> Self {
        Self {
            signer: TokenSigner::new(&settings.secret),
            verifier: TokenVerifier::new(&settings.secret, settings.previous.as_ref()),
            lifetime: settings.lifetime,
            anonymous: AnonymousToken::default(),
            csrf: Csrf::new(&settings.secret, settings.previous.as_ref()),
            denied: Arc::new(DenyList::new(settings.lifetime)),
        }
    }

    /// Signs for this gateway itself.
    pub(crate) fn signer(&self) -> TokenSigner {
        self.signer.clone()
    }

    /// The answer to someone whose session has begun or been renewed, and the cookies that go with it.
    pub(crate) fn issue(
        &self,
        session: SignedIn,
        mode: SessionMode,
    ) -> Result<(dto::Tokens, Vec<HeaderValue>), Failure> {
        let principal = Principal::User {
            user_id: session.user.id,
            session_id: session.session_id,
            role: session.user.role,
            institution_id: session.user.institution_id,
        };
        let read_at = session.read_at.unwrap_or_else(Utc::now);
        let access = self.signer.sign_as_of(&principal, self.lifetime, read_at)?;
        let cookies = match mode {
            SessionMode::Bearer => Vec::new(),
            SessionMode::Cookie => self.cookies(&access, &session)?,
        };
        let in_body = |text: &str| (mode == SessionMode::Bearer).then(|| text.to_owned());
        let tokens = dto::Tokens {
            access_token: in_body(&access),
            refresh_token: in_body(session.refresh_token.expose_secret()),
            token_type: match mode {
                SessionMode::Bearer => "Bearer",
                SessionMode::Cookie => "Cookie",
            },
            expires_in: self.lifetime.as_secs(),
            user: session.user.into(),
        };
        Ok((tokens, cookies))
    }

    fn cookies(&self, access: &str, session: &SignedIn) -> Result<Vec<HeaderValue>, Failure> {
        let left = (session.expires_at - Utc::now())
            .to_std()
            .unwrap_or_default();
        let id = session.session_id;
        let refresh = format!("{id}.{}", session.refresh_token.expose_secret());
        let proof = self.csrf.issue(id)?;
        Ok(vec![
            cookie::keep(cookie::ACCESS, access, self.lifetime, Readable::ByNoScript)?,
            cookie::keep(cookie::REFRESH, &refresh, left, Readable::ByNoScript)?,
            cookie::keep(cookie::CSRF, &proof, left, Readable::ByScripts)?,
        ])
    }

    /// Proofs against forged requests.
    pub(crate) const fn csrf(&self) -> &Csrf {
        &self.csrf
    }

    /// Tokens that are worth nothing any more.
    pub(crate) const fn denied(&self) -> &Arc<DenyList> {
        &self.denied
    }

    /// The token that stands for visitors.
    pub(crate) fn anonymous(&self) -> Result<String, Failure> {
        self.anonymous.current(&self.signer)
    }

    /// Says for whom a token stands; only people may come from outside.
    pub(crate) fn verify(&self, token: &str) -> Result<Principal, Failure> {
        let verified = self.verifier.read(token)?;
        self.denied.check(&verified.principal, verified.signed_at)?;
        match verified.principal {
            person @ Principal::User { .. } => Ok(person),
            Principal::Anonymous | Principal::Service(_) => Err(Failure::new(
                domain::ErrorCode::TokenInvalid,
                "the access token is not valid here",
            )),
        }
    }
}
