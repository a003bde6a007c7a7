//! The success envelope.

pub(crate) mod fields;
mod written;

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::http::header::HeaderValue;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use chrono::{DateTime, Utc};
use domain::Failure;
use domain::page::Page;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use self::written::Written;
use crate::error::ApiError;
use crate::middleware::request_id::RequestId;

/// One thing, well answered.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what `write` writes")]
pub(crate) struct Success<T> {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: T,
    metadata: Metadata,
}

/// A page of things, well answered.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what `write` writes")]
pub(crate) struct SuccessList<T> {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: Vec<T>,
    pagination: Pagination,
    metadata: Metadata,
}

/// About the answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Metadata {
    /// When it was given.
    timestamp: DateTime<Utc>,
    /// Name of the request; quote it when something is wrong.
    request_id: String,
}

/// Where a page stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Pagination {
    /// Page number, from 1.
    #[schema(example = 1)]
    page: u32,
    /// Rows asked for on a page.
    #[schema(example = 20)]
    limit: u32,
    /// Rows in the whole list; on a walk, as counted when it began.
    #[schema(example = 57)]
    total: u64,
    /// Pages in the whole list.
    #[schema(example = 3)]
    pages: u64,
    has_next: bool,
    has_prev: bool,
    /// Where a walk with `cursor` goes on; null at its end, absent when no walk was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    next_cursor: Option<Option<String>>,
}

impl Pagination {
    fn of<T>(page: &Page<T>) -> Self {
        let pages = page.total.div_ceil(u64::from(page.limit.max(1)));
        Self {
            page: page.page,
            limit: page.limit,
            total: page.total,
            pages,
            has_next: match &page.next_cursor {
                Some(cursor) => !cursor.is_empty(),
                None => u64::from(page.page) < pages,
            },
            has_prev: page.page > 1,
            next_cursor: page
                .next_cursor
                .clone()
                .map(|it| Some(it).filter(|it| !it.is_empty())),
        }
    }
}

fn metadata(request: &HttpRequest) -> Metadata {
    Metadata {
        timestamp: Utc::now(),
        request_id: RequestId::of(&request.extensions()),
    }
}

/// Answers with what was written, or with the failure to write it.
fn write(
    request: &HttpRequest,
    response: HttpResponseBuilder,
    written: Result<Written, Failure>,
) -> HttpResponse {
    match written {
        Ok(written) => written.respond(request, response),
        Err(failure) => HttpResponse::from_error(ApiError::from(failure)),
    }
}

/// 200 with one thing.
#[derive(Debug)]
pub(crate) struct Answer<T>(pub(crate) T);

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        write(request, HttpResponse::Ok(), Written::one(&self.0))
    }
}

/// An answer that gives the browser cookies.
#[derive(Debug)]
pub(crate) struct WithCookies<A>(pub(crate) A, pub(crate) Vec<HeaderValue>);

impl<A: Responder<Body = BoxBody>> Responder for WithCookies<A> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.0.respond_to(request);
        for cookie in self.1 {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// What counts its changes.
pub(crate) trait HasVersion {
    /// The number of the present version, from 1.
    fn version(&self) -> i64;
}

/// 200 with one object, tagged with its version for `If-Match`.
#[derive(Debug)]
pub(crate) struct Versioned<T>(pub(crate) T);

impl<T: Serialize + HasVersion> Responder for Versioned<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        write(request, HttpResponse::Ok(), Written::versioned(&self.0))
    }
}

/// 200 with a page.
#[derive(Debug)]
pub(crate) struct Listed<T>(pub(crate) Page<T>);

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        write(request, HttpResponse::Ok(), Written::page(&self.0))
    }
}

/// 202 with what is to be known until it is done.
#[derive(Debug)]
pub(crate) struct Accepted<T>(pub(crate) T);

impl<T: Serialize> Responder for Accepted<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        write(request, HttpResponse::Accepted(), Written::one(&self.0))
    }
}

/// 202 with the new thing, which is not complete yet, and its address.
#[derive(Debug)]
pub(crate) struct AcceptedAt<T> {
    location: String,
    data: T,
}

impl<T> AcceptedAt<T> {
    /// The new thing stands at `location`, below `/api/v1`.
    pub(crate) fn new(location: impl AsRef<str>, data: T) -> Self {
        Self {
            location: format!("/api/v1{}", location.as_ref()),
            data,
        }
    }
}

impl<T: Serialize> Responder for AcceptedAt<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Accepted();
        response.insert_header((header::LOCATION, self.location));
        write(request, response, Written::one(&self.data))
    }
}

/// 201 with the new thing and its address.
#[derive(Debug)]
pub(crate) struct Created<T> {
    location: String,
    version: Option<i64>,
    data: T,
}

impl<T> Created<T> {
    /// The new thing stands at `location`, below `/api/v1`.
    pub(crate) fn at(location: impl AsRef<str>, data: T) -> Self {
        Self {
            location: format!("/api/v1{}", location.as_ref()),
            version: None,
            data,
        }
    }
}

impl<T: HasVersion> Created<T> {
    /// The new object stands at `location`, tagged with its version.
    pub(crate) fn versioned(location: impl AsRef<str>, data: T) -> Self {
        let version = Some(data.version());
        Self {
            version,
            ..Self::at(location, data)
        }
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Created();
        response.insert_header((header::LOCATION, self.location));
        let written = Written::of(&self.data, None, self.version);
        write(request, response, written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(page: u32, total: u64) -> Page<()> {
        Page {
            items: Vec::new(),
            page,
            limit: 20,
            total,
            next_cursor: None,
        }
    }

    #[test]
    fn the_ends_of_a_list_are_known() {
        let cases = [
            ((1, 0), (0, false, false)),
            ((1, 20), (1, false, false)),
            ((1, 21), (2, true, false)),
            ((2, 21), (2, false, true)),
            ((9, 21), (2, false, true)),
        ];
        for ((number, total), expected) in cases {
            let pagination = Pagination::of(&page(number, total));
            assert_eq!(
                (pagination.pages, pagination.has_next, pagination.has_prev),
                expected
            );
        }
    }
}
