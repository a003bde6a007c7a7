//! Two bugs, so that the checker of the contract can prove that it finds such bugs.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use domain::Failure;

use crate::error::refuse;

/// Fails for some pages of institutions, and answers recognitions with a shape of its own.
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
    Ok(next.call(request).await?.map_into_boxed_body())
}
