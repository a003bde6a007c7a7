//! The success envelope.

use actix_web::body::BoxBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use chrono::{DateTime, Utc};
use domain::Failure;
use domain::page::Page;
use serde::Serialize;
use utoipa::ToSchema;

use crate::entity_tag;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Pagination {
    /// Page number, from 1.
    #[schema(example = 1)]
    page: u32,
    /// Rows asked for on a page.
    #[schema(example = 20)]
    limit: u32,
    /// Rows in the whole list.
    #[schema(example = 57)]
    total: u64,
    /// Pages in the whole list.
    #[schema(example = 3)]
    pages: u64,
    has_next: bool,
    has_prev: bool,
}

impl Pagination {
    fn of<T>(page: &Page<T>) -> Self {
        let pages = page.total.div_ceil(u64::from(page.limit.max(1)));
        Self {
            page: page.page,
            limit: page.limit,
            total: page.total,
            pages,
            has_next: u64::from(page.page) < pages,
            has_prev: page.page > 1,
        }
    }
}

fn metadata(request: &HttpRequest) -> Metadata {
    Metadata {
        timestamp: Utc::now(),
        request_id: RequestId::of(&request.extensions()),
    }
}

/// Writes an answer: `data` and `pagination` once, tagged, inside the envelope; 304 when the client already has them.
fn write<T: Serialize>(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    data: &T,
    pagination: Option<Pagination>,
    version: Option<i64>,
) -> HttpResponse {
    let written = serde_json::to_vec(data).and_then(|data| {
        let pagination = pagination.map(|it| serde_json::to_vec(&it)).transpose()?;
        let metadata = serde_json::to_vec(&metadata(request))?;
        Ok((data, pagination.unwrap_or_default(), metadata))
    });
    let (data, pagination, metadata) = match written {
        Ok(written) => written,
        Err(error) => return HttpResponse::from_error(ApiError::from(Failure::internal(error))),
    };
    let tag = entity_tag::of(version, &[&data, &pagination]);
    response.insert_header((header::ETAG, tag.as_str()));
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && entity_tag::is_known(request.headers(), &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    let mut body = Vec::with_capacity(data.len() + pagination.len() + metadata.len() + 64);
    body.extend_from_slice(br#"{"success":true,"data":"#);
    body.extend_from_slice(&data);
    if !pagination.is_empty() {
        body.extend_from_slice(br#","pagination":"#);
        body.extend_from_slice(&pagination);
    }
    body.extend_from_slice(br#","metadata":"#);
    body.extend_from_slice(&metadata);
    body.push(b'}');
    response.content_type("application/json").body(body)
}

/// 200 with one thing.
#[derive(Debug)]
pub(crate) struct Answer<T>(pub(crate) T);

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        write(request, HttpResponse::Ok(), &self.0, None, None)
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
        let version = Some(self.0.version());
        write(request, HttpResponse::Ok(), &self.0, None, version)
    }
}

/// 200 with a page.
#[derive(Debug)]
pub(crate) struct Listed<T>(pub(crate) Page<T>);

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let pagination = Pagination::of(&self.0);
        write(
            request,
            HttpResponse::Ok(),
            &self.0.items,
            Some(pagination),
            None,
        )
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
        write(request, response, &self.data, None, self.version)
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
