//! Whether a client wants its tokens in the answer or as cookies.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::Failure;

use crate::dto::page::bad_header;
use crate::error::ApiError;

const HEADER: &str = "x-session-mode";

/// Where the tokens of a session go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionMode {
    /// Into the body of the answer.
    Bearer,
    /// Into cookies that no script can read.
    Cookie,
}

impl SessionMode {
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let Some(value) = request.headers().get(HEADER) else {
            return Ok(Self::Bearer);
        };
        match value.to_str().unwrap_or_default().trim() {
            "bearer" => Ok(Self::Bearer),
            "cookie" => Ok(Self::Cookie),
            _other => Err(bad_header(
                "X-Session-Mode",
                "must be `bearer` or `cookie`".to_owned(),
            )),
        }
    }
}

impl FromRequest for SessionMode {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::read(request).map_err(Into::into))
    }
}
