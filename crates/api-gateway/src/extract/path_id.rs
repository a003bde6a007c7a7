//! The `{id}` of a path.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::{Failure, FieldViolation};

use crate::error::ApiError;

/// An identifier of the right kind, written as a hyphenated UUID.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathId<T>(pub(crate) T);

/// The identifier of a part below it: the `{outcomeId}`, `{prerequisiteId}` or `{deliveryId}` of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartId<T>(pub(crate) T);

impl<T: FromStr<Err = Failure>> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(read(request, "id").map(Self))
    }
}

impl<T: FromStr<Err = Failure>> FromRequest for PartId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let named = ["outcomeId", "prerequisiteId", "deliveryId"]
            .into_iter()
            .find(|name| request.match_info().get(name).is_some());
        ready(read(request, named.unwrap_or("id")).map(Self))
    }
}

fn read<T: FromStr<Err = Failure>>(request: &HttpRequest, name: &str) -> Result<T, ApiError> {
    let text = request.match_info().get(name).unwrap_or_default();
    text.parse().map_err(|failure: Failure| {
        let violation = FieldViolation {
            field: name.into(),
            message: "must be a UUID such as 01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f".into(),
        };
        failure.with_fields(vec![violation]).into()
    })
}
