//! The success envelope.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Responder};
use chrono::{DateTime, Utc};
use domain::page::Page;
use serde::Serialize;
use utoipa::ToSchema;

use crate::middleware::request_id::RequestId;

/// One thing, well answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Success<T> {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: T,
    metadata: Metadata,
}

/// A page of things, well answered.
#[derive(Debug, Serialize, ToSchema)]
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

/// 200 with one thing.
#[derive(Debug)]
pub(crate) struct Answer<T>(pub(crate) T);

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(Success {
            success: true,
            data: self.0,
            metadata: metadata(request),
        })
    }
}

/// 200 with a page.
#[derive(Debug)]
pub(crate) struct Listed<T>(pub(crate) Page<T>);

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(SuccessList {
            success: true,
            pagination: Pagination::of(&self.0),
            data: self.0.items,
            metadata: metadata(request),
        })
    }
}

/// 201 with the new thing and its address.
#[derive(Debug)]
pub(crate) struct Created<T> {
    location: String,
    data: T,
}

impl<T> Created<T> {
    /// The new thing stands at `location`, below `/api/v1`.
    pub(crate) fn at(location: impl AsRef<str>, data: T) -> Self {
        Self {
            location: format!("/api/v1{}", location.as_ref()),
            data,
        }
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        HttpResponse::Created()
            .insert_header((header::LOCATION, self.location))
            .json(Success {
                success: true,
                data: self.data,
                metadata: metadata(request),
            })
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
