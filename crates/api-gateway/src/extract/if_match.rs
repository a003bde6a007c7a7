//! The `If-Match` header: which version of an object the client has seen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use domain::{ErrorCode, Failure};

use crate::dto::page::bad_header;
use crate::entity_tag;
use crate::error::ApiError;

/// The version that a change is meant for; `None` when the client does not say, or says `*`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl IfMatch {
    /// Reads the header (RFC 9110, section 13.1.1).
    ///
    /// # Errors
    /// `INVALID_FORMAT` for what is no entity tag or more than one, `PRECONDITION_FAILED` for a tag that we cannot have given.
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let mut values = request.headers().get_all(header::IF_MATCH);
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" && values.next().is_none() {
            return Ok(Self(None));
        }
        // A weak tag never matches here: it does not name one version.
        let (weak, tag) = text
            .strip_prefix("W/")
            .map_or((false, text), |tag| (true, tag));
        let opaque = tag
            .strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'))
            .filter(|tag| !tag.contains('"'));
        let (Some(opaque), None) = (opaque, values.next()) else {
            return Err(bad_header(
                "If-Match",
                "must be one entity tag in quotes, as `ETag` gave it, or *".to_owned(),
            ));
        };
        match entity_tag::version(opaque) {
            Some(version) if !weak => Ok(Self(Some(version))),
            Some(_) | None => Err(Failure::new(
                ErrorCode::PreconditionFailed,
                "it has changed since you read it; read it again",
            )),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::read(request).map_err(Into::into))
    }
}
