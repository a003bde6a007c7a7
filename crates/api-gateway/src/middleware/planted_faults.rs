//! Three bugs, so that the checker of the contract can prove that it finds such bugs.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use domain::Failure;

use crate::error::refuse;

/// Fails for some pages of institutions, answers recognitions with a shape of its own, and sends a link whatever it is asked.
pub(crate) async fn planted_faults(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.path() == "/api/v1/institutions" && request.query_string().contains("limit=") {
        return Ok(refuse(request, Failure::internal("planted").into()));
    }
    if request.path() == "/api/v1/recognitions" && request.method().is_safe() {
        let odd = HttpResponse::Ok().json(serde_json::json!({"success": "yes", "data": {}}));
        return Ok(request.into_response(odd));
    }
    if request.path() == "/api/v1/auth/password/forgot" {
        let taken = HttpResponse::Ok().json(serde_json::json!({
            "success": true,
            "data": {"done": true},
            "metadata": {"timestamp": "2026-11-23T00:00:00Z", "request_id": "planted"},
        }));
        return Ok(request.into_response(taken));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
