//! The refresh token of a session of cookies, with the proof against forged requests.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use domain::Failure;
use domain::id::SessionId;
use secrecy::SecretString;

use crate::cookie;
use crate::error::ApiError;
use crate::state::AppState;
use crate::token::csrf;

/// The refresh token of the cookies, or why it must not be used; `None` when there is none.
#[derive(Debug)]
pub(crate) struct RefreshCookie(Option<Result<SecretString, Failure>>);

impl RefreshCookie {
    /// The refresh token, when there is one.
    ///
    /// # Errors
    /// `AUTHORIZATION_ERROR` when another site may have made the request. It is counted only: a refresh token says of nobody
    /// who they are, so there is no record that it could be on.
    pub(crate) fn token(self) -> Result<Option<SecretString>, Failure> {
        self.0
            .transpose()
            .inspect_err(|_forged| csrf::count_refused())
    }

    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let state = request
            .app_data::<web::Data<AppState>>()
            .ok_or_else(|| Failure::internal("the state is missing"))?;
        let Some(value) = cookie::read(request.headers(), cookie::REFRESH) else {
            return Ok(Self(None));
        };
        let Some((session, token)) = value.split_once('.') else {
            return Ok(Self(None));
        };
        let Ok(session) = session.parse::<SessionId>() else {
            return Ok(Self(None));
        };
        let csrf = state.tokens.csrf();
        let checked = csrf.require(request.method(), request.headers(), session);
        Ok(Self(Some(checked.map(|()| token.to_owned().into()))))
    }
}

impl FromRequest for RefreshCookie {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::read(request).map_err(Into::into))
    }
}
