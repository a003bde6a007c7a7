//! Tokens: signed here, verified everywhere.

mod anonymous;

use std::time::Duration;

use domain::Failure;
use domain::policy::Principal;
use protocol::token::{TokenSigner, TokenVerifier};
use secrecy::ExposeSecret as _;

use self::anonymous::AnonymousToken;
use crate::dto::auth as dto;
use crate::settings::TokenSettings;
use crate::upstream::credential::SignedIn;

/// Signs and verifies tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    signer: TokenSigner,
    verifier: TokenVerifier,
    lifetime: Duration,
    anonymous: AnonymousToken,
}

impl Tokens {
    /// Tokens with these keys.
    pub(crate) fn new(settings: &TokenSettings) -> Self {
        Self {
            signer: TokenSigner::new(&settings.secret),
            verifier: TokenVerifier::new(&settings.secret, settings.previous.as_ref()),
            lifetime: settings.lifetime,
            anonymous: AnonymousToken::default(),
        }
    }

    /// Signs for this gateway itself.
    pub(crate) fn signer(&self) -> TokenSigner {
        self.signer.clone()
    }

    /// The answer to someone whose session has begun or been renewed.
    pub(crate) fn issue(&self, session: SignedIn) -> Result<dto::Tokens, Failure> {
        let principal = Principal::User {
            user_id: session.user.id,
            session_id: session.session_id,
            role: session.user.role,
            institution_id: session.user.institution_id,
        };
        Ok(dto::Tokens {
            access_token: self.signer.sign(&principal, self.lifetime)?,
            refresh_token: session.refresh_token.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_in: self.lifetime.as_secs(),
            user: session.user.into(),
        })
    }

    /// The token that stands for visitors.
    pub(crate) fn anonymous(&self) -> Result<String, Failure> {
        self.anonymous.current(&self.signer)
    }

    /// Says for whom a token stands; only people may come from outside.
    pub(crate) fn verify(&self, token: &str) -> Result<Principal, Failure> {
        match self.verifier.verify(token)? {
            person @ Principal::User { .. } => Ok(person),
            Principal::Anonymous | Principal::Service(_) => Err(Failure::new(
                domain::ErrorCode::TokenInvalid,
                "the access token is not valid here",
            )),
        }
    }
}
