//! What an envelope holds, written once and answered as often as somebody asks.

use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use domain::Failure;
use domain::page::Page;
use serde::Serialize;

use super::{HasVersion, Pagination, fields, metadata};
use crate::entity_tag;
use crate::error::ApiError;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The content of an answer, written once: what the envelope holds, and its entity tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// `data` as JSON.
    pub(crate) data: Bytes,
    /// `pagination` as JSON; empty when there is none.
    pub(crate) pagination: Bytes,
    /// Entity tag of both.
    pub(crate) tag: String,
    /// Version of the object, when it has one.
    pub(crate) version: Option<i64>,
}

impl Written {
    /// Writes one thing without a version.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when it cannot be written.
    pub(crate) fn one<T: Serialize>(data: &T) -> Result<Self, Failure> {
        Self::of(data, None, None)
    }

    /// Writes one object.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when it cannot be written.
    pub(crate) fn versioned<T: Serialize + HasVersion>(data: &T) -> Result<Self, Failure> {
        Self::of(data, None, Some(data.version()))
    }

    /// Writes a page.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when it cannot be written.
    pub(crate) fn page<T: Serialize>(page: &Page<T>) -> Result<Self, Failure> {
        Self::of(&page.items, Some(Pagination::of(page)), None)
    }

    pub(super) fn of<T: Serialize>(
        data: &T,
        pagination: Option<Pagination>,
        version: Option<i64>,
    ) -> Result<Self, Failure> {
        let data = serde_json::to_vec(data).map_err(Failure::internal)?;
        let pagination = pagination.map(|it| serde_json::to_vec(&it)).transpose();
        let pagination = pagination.map_err(Failure::internal)?.unwrap_or_default();
        Ok(Self {
            tag: entity_tag::of(version, &[&data, &pagination]),
            data: data.into(),
            pagination: pagination.into(),
            version,
        })
    }

    /// The same with the fields that a reader asks for.
    fn selected(self, request: &HttpRequest) -> Result<Self, Failure> {
        let Some(names) = fields::asked_for(request.query_string())? else {
            return Ok(self);
        };
        let data = fields::select(&self.data, &names)?;
        Ok(Self {
            tag: entity_tag::of(self.version, &[&data, &self.pagination]),
            data: data.into(),
            ..self
        })
    }

    /// Answers with it inside the envelope; 304 when a reader already has it.
    pub(crate) fn respond(
        self,
        request: &HttpRequest,
        mut response: HttpResponseBuilder,
    ) -> HttpResponse {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let written = if reads {
            match self.selected(request) {
                Ok(selected) => selected,
                Err(failure) => return HttpResponse::from_error(ApiError::from(failure)),
            }
        } else {
            self
        };
        response.insert_header((header::ETAG, written.tag.as_str()));
        if reads && entity_tag::is_known(request.headers(), &written.tag) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        let metadata = match serde_json::to_vec(&metadata(request)) {
            Ok(metadata) => metadata,
            Err(error) => {
                return HttpResponse::from_error(ApiError::from(Failure::internal(error)));
            }
        };
        let length = written.data.len() + written.pagination.len() + metadata.len() + 64;
        let mut body = Vec::with_capacity(length);
        body.extend_from_slice(br#"{"success":true,"data":"#);
        body.extend_from_slice(&written.data);
        if !written.pagination.is_empty() {
            body.extend_from_slice(br#","pagination":"#);
            body.extend_from_slice(&written.pagination);
        }
        body.extend_from_slice(br#","metadata":"#);
        body.extend_from_slice(&metadata);
        body.push(b'}');
        response
            .insert_header((header::CONTENT_TYPE, JSON))
            .body(body)
    }
}
