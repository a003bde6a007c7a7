//! An answer that may be kept, with what HTTP says about that.

use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};

use crate::response::Written;

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
/// Whoever keeps answers on the way may do so for a second: that long a change may take to be seen anywhere.
const PUBLIC: &str = "public, max-age=1, stale-while-revalidate=1, stale-if-error=3600";
/// What an answer depends on beside its address.
const VARIES: &str = "Authorization, Cookie";

/// Where an answer comes from (RFC 9211).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It was kept.
    Hit,
    /// It was read, and is kept now.
    Stored,
    /// It was kept for too long, and could not be read anew.
    Stale,
    /// It is nothing that is kept.
    Bypass,
}

/// An answer that may be kept.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(super) written: Written,
    pub(super) status: Status,
    pub(super) age: Duration,
    pub(super) lifetime: Duration,
    pub(super) is_public: bool,
}

impl Kept {
    /// An answer that is for its caller alone.
    pub(crate) const fn bypassed(written: Written) -> Self {
        Self {
            written,
            status: Status::Bypass,
            age: Duration::ZERO,
            lifetime: Duration::ZERO,
            is_public: false,
        }
    }

    fn cache_status(&self) -> String {
        let left = self.lifetime.saturating_sub(self.age).as_secs();
        match self.status {
            Status::Hit => format!("bccb; hit; ttl={left}"),
            Status::Stored => "bccb; fwd=miss; stored".to_owned(),
            Status::Stale => {
                let over = self.age.saturating_sub(self.lifetime).as_secs();
                format!("bccb; hit; ttl=-{over}; detail=stale")
            }
            Status::Bypass => "bccb; fwd=bypass".to_owned(),
        }
    }
}

impl Responder for Kept {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((CACHE_STATUS, self.cache_status()));
        response.append_header((header::VARY, HeaderValue::from_static(VARIES)));
        if matches!(self.status, Status::Hit | Status::Stale) {
            response.insert_header((header::AGE, HeaderValue::from(self.age.as_secs())));
        }
        if self.status == Status::Stale {
            response.insert_header((header::WARNING, "110 bccb \"Response is Stale\""));
        }
        let headers = request.headers();
        let anonymous =
            !headers.contains_key(header::AUTHORIZATION) && !headers.contains_key(header::COOKIE);
        if self.is_public && anonymous && self.status != Status::Stale {
            response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static(PUBLIC)));
        }
        self.written.respond(request, response)
    }
}
