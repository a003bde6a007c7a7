//! Counts requests, says on every answer what is left, and refuses those who ask too often.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use chrono::Utc;
use domain::{ErrorCode, Failure};

use crate::address::ClientAddress;
use crate::error::{ApiError, refuse};
use crate::extract::caller::Identity;
use crate::rate_limit::{Budget, Subject, Verdict};
use crate::routes::Found;
use crate::state::AppState;

/// Fields that browsers may read across origins.
pub(crate) const EXPOSED: [HeaderName; 5] = [
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
];

/// Counts, tells, refuses. Only the API is counted: not probes, not files.
pub(crate) async fn rate_limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let found = Found::of(&request);
    if !found.is_api {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let state = AppState::of(request.request()).map_err(ApiError::from)?;
    let limiter = Arc::clone(&state.limiter);
    let (budget, subject) = who(&request, found);
    let verdict = limiter.count(budget, subject).await;
    let mut response = if verdict.admitted {
        next.call(request).await?.map_into_boxed_body()
    } else {
        metrics::counter!("rate_limited_total", "policy" => budget.name()).increment(1);
        let failure = Failure::new(
            ErrorCode::RateLimitExceeded,
            "too many requests; come back when the window ends",
        )
        .retry_after(verdict.resets_in);
        refuse(request, failure.into())
    };
    tell(response.headers_mut(), &verdict);
    Ok(response)
}

fn who(request: &ServiceRequest, found: Found) -> (Budget, Subject) {
    let address = Subject::Address(ClientAddress::of(request));
    if let Some(step) = found.route.and_then(|route| route.auth_step) {
        let budget = match step {
            // Counted again by the session, once the token has been read.
            "refresh" => Budget::Refreshes,
            step => Budget::Auth(step),
        };
        return (budget, address);
    }
    let extensions = request.extensions();
    let user = extensions
        .get::<Identity>()
        // Another site must not be able to use up what a person may ask.
        .filter(|identity| identity.refused.is_none())
        .and_then(|identity| identity.principal.user_id());
    match user {
        Some(user) => (Budget::Person, Subject::Person(user)),
        None => (Budget::Anonymous, address),
    }
}

/// `X-RateLimit-*` as is customary (reset as Unix time), `RateLimit` and `RateLimit-Policy` as the IETF draft has them.
fn tell(headers: &mut HeaderMap, verdict: &Verdict) {
    let name = verdict.budget.name();
    let seconds = verdict.resets_in.as_millis().div_ceil(1_000);
    let resets_at = Utc::now()
        .timestamp()
        .saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
    let values = [
        Ok(verdict.limit.into()),
        Ok(verdict.remaining.into()),
        Ok(resets_at.into()),
        HeaderValue::try_from(format!("\"{name}\";r={};t={seconds}", verdict.remaining)),
        HeaderValue::try_from(format!(
            "\"{name}\";q={};w={}",
            verdict.limit,
            verdict.window.as_secs().max(1)
        )),
    ];
    for (name, value) in EXPOSED.into_iter().zip(values) {
        if let Ok(value) = value {
            headers.insert(name, value);
        }
    }
}
