//! Who asks, as the middleware found out, with what travels on to our services.

use std::future::{Ready, ready};
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use domain::Failure;
use domain::id::{InstitutionId, UserId};
use domain::policy::{Action, Principal, authorize};
use domain::vocabulary::UserRole;
use protocol::caller::{Outgoing, is_idempotency_key};
use tonic::Request;

use crate::address::ClientAddress;
use crate::dto::page::bad_header;
use crate::error::ApiError;
use crate::middleware::observe::Arrival;
use crate::middleware::request_id::RequestId;
use crate::state::AppState;
use crate::token::Tokens;
use crate::trace;

/// Who the middleware found to be asking.
#[derive(Debug)]
pub(crate) struct Identity {
    /// Who asks.
    pub(crate) principal: Principal,
    /// The person's own token.
    token: Option<String>,
    /// Why the token or the request was refused, until someone says so to the client.
    pub(crate) refused: Option<Failure>,
}

impl Identity {
    /// Nobody in particular.
    pub(crate) const fn visitor() -> Self {
        Self {
            principal: Principal::Anonymous,
            token: None,
            refused: None,
        }
    }

    /// A person with a token.
    pub(crate) const fn person(principal: Principal, token: String) -> Self {
        Self {
            principal,
            token: Some(token),
            refused: None,
        }
    }

    /// Somebody with a bad token.
    pub(crate) const fn refused(failure: Failure) -> Self {
        Self {
            principal: Principal::Anonymous,
            token: None,
            refused: Some(failure),
        }
    }

    /// A person whose browser another site may have made ask.
    pub(crate) const fn forged(principal: Principal, token: String, failure: Failure) -> Self {
        Self {
            principal,
            token: Some(token),
            refused: Some(failure),
        }
    }

    /// The person who has asked, for the log.
    pub(crate) fn user_of(request: &HttpRequest) -> Option<UserId> {
        request
            .extensions()
            .get::<Self>()
            .and_then(|identity| identity.principal.user_id())
    }
}

/// Who asks, until when, and what travels with the question.
#[derive(Debug)]
pub(crate) struct Caller {
    /// Who asks.
    pub(crate) principal: Principal,
    outgoing: Outgoing,
    arrived: Instant,
}

impl Caller {
    /// Insists that the caller may do something to an object of an institution. The services ask the same again.
    pub(crate) fn authorize(
        &self,
        action: Action,
        owner: Option<InstitutionId>,
    ) -> Result<(), Failure> {
        authorize(&self.principal, action, owner)
    }

    /// The institution the caller acts for.
    pub(crate) const fn institution_id(&self) -> Option<InstitutionId> {
        self.principal.institution_id()
    }

    /// Whether a failure to authenticate is the caller's, and not ours for the visitor's token.
    pub(crate) fn is_person(&self) -> bool {
        self.principal.user_id().is_some()
    }

    /// Whether the caller may see more of the catalogue than visitors do.
    pub(crate) const fn may_see_more(&self) -> bool {
        match self.principal.role() {
            None | Some(UserRole::User) => false,
            Some(UserRole::ProgramCoordinator | UserRole::InstitutionAdmin | UserRole::Admin) => {
                true
            }
        }
    }

    /// The same request as if a visitor had made it.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when the visitor's token cannot be signed.
    pub(crate) fn as_visitor(&self, tokens: &Tokens) -> Result<Self, Failure> {
        Ok(Self {
            principal: Principal::Anonymous,
            outgoing: Outgoing {
                token: tokens.anonymous()?,
                ..self.outgoing.clone()
            },
            arrived: self.arrived,
        })
    }

    /// What is left of a limit that began when the request came in.
    pub(crate) fn left_of(&self, limit: Duration) -> Duration {
        limit.saturating_sub(self.arrived.elapsed())
    }

    /// Wraps a message with everything that travels.
    pub(crate) fn request<T>(&self, message: T, left: Duration) -> Result<Request<T>, Failure> {
        let mut request = self.outgoing.request(message, left)?;
        trace::send_on(request.metadata_mut());
        Ok(request)
    }

    /// The caller of a request that all middleware has seen.
    pub(crate) fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let missing = || Failure::internal("a layer is missing in front of the handler");
        let state = AppState::of(request)?;
        let extensions = request.extensions();
        let identity = extensions.get::<Identity>().ok_or_else(missing)?;
        let arrived = extensions.get::<Arrival>().ok_or_else(missing)?.0;
        let token = match &identity.token {
            Some(token) => token.clone(),
            None => state.tokens.anonymous()?,
        };
        Ok(Self {
            principal: identity.principal.clone(),
            outgoing: Outgoing {
                token,
                request_id: Some(RequestId::of(&extensions)),
                address: extensions
                    .get::<ClientAddress>()
                    .and_then(|address| address.0),
                agent: request
                    .headers()
                    .get(header::USER_AGENT)
                    .and_then(|agent| agent.to_str().ok())
                    .map(ToOwned::to_owned),
                idempotency_key: idempotency_key(request)?,
            },
            arrived,
        })
    }
}

/// The name that a client gave a POST, with or without the quotes of a structured field.
///
/// # Errors
/// `INVALID_FORMAT` for a name that is too long or not plain.
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Failure> {
    if request.method() != Method::POST {
        return Ok(None);
    }
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    if is_idempotency_key(key) {
        Ok(Some(key.to_owned()))
    } else {
        Err(bad_header(
            "Idempotency-Key",
            "must be 1 to 255 visible ASCII characters".to_owned(),
        ))
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::read(request).map_err(Into::into))
    }
}
