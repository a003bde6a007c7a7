//! Who asks, and whether the route is open to them at all.
//!
//! Two steps, so that a bad token is counted by the limits before it is refused.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use domain::policy::Principal;
use domain::{ErrorCode, Failure};

use crate::cookie;
use crate::error::{ApiError, refuse};
use crate::extract::caller::Identity;
use crate::routes::{Access, Found};
use crate::state::AppState;
use crate::token::{Tokens, csrf};

/// Says who asks; nobody is refused yet.
pub(crate) async fn identify(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let identity = match Found::of(&request).access() {
        // A token left over from an old session must not keep anyone from signing in.
        None | Some(Access::Open) => Identity::visitor(),
        Some(Access::Public | Access::SignedIn | Access::Session) => {
            let state = AppState::of(request.request()).map_err(ApiError::from)?;
            read(&request, &state.tokens)
        }
    };
    request.extensions_mut().insert(identity);
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Refuses bad tokens and forged requests, and visitors where one must have signed in.
pub(crate) async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(failure) = obstacle(&request) {
        return Ok(refuse(request, failure.into()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn obstacle(request: &ServiceRequest) -> Option<Failure> {
    let access = Found::of(request).access()?;
    let mut extensions = request.extensions_mut();
    let identity = extensions.get_mut::<Identity>()?;
    if let Some(refused) = identity.refused.take() {
        return Some(refused);
    }
    let closed = match access {
        Access::Open | Access::Public => false,
        Access::SignedIn => identity.principal == Principal::Anonymous,
        Access::Session => {
            let holds = cookie::read(request.headers(), cookie::REFRESH).is_some();
            identity.principal == Principal::Anonymous && !holds
        }
    };
    closed.then(|| {
        Failure::new(
            ErrorCode::TokenMissing,
            "sign in first: this needs an access token",
        )
    })
}

fn read(request: &ServiceRequest, tokens: &Tokens) -> Identity {
    let Some(header) = request.headers().get(header::AUTHORIZATION) else {
        return read_cookie(request, tokens);
    };
    let token = header.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned())
    });
    let Some(token) = token else {
        return Identity::refused(Failure::new(
            ErrorCode::TokenInvalid,
            "the authorization header must be `Bearer` and an access token",
        ));
    };
    match tokens.verify(&token) {
        Ok(principal) => Identity::person(principal, token),
        Err(failure) => Identity::refused(failure),
    }
}

/// A browser's own session; what it changes needs the proof that a page of ours has asked.
fn read_cookie(request: &ServiceRequest, tokens: &Tokens) -> Identity {
    let Some(token) = cookie::read(request.headers(), cookie::ACCESS) else {
        return Identity::visitor();
    };
    let principal = match tokens.verify(token) {
        Ok(principal) => principal,
        Err(failure) => return Identity::refused(failure),
    };
    let proven = match &principal {
        Principal::User { session_id, .. } => {
            let proofs = tokens.csrf();
            proofs.require(request.method(), request.headers(), *session_id)
        }
        Principal::Anonymous | Principal::Service(_) => Ok(()),
    };
    match proven {
        Ok(()) => Identity::person(principal, token.to_owned()),
        Err(failure) => {
            csrf::count_refused();
            Identity::forged(principal, token.to_owned(), failure)
        }
    }
}
