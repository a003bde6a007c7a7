//! Drops from the cache what a request has changed, before its answer goes out.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::error::ApiError;
use crate::routes::Found;
use crate::state::AppState;

/// Drops what the request may have changed. A request that was refused has changed nothing; one that failed may have.
pub(crate) async fn forget(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let route = Found::of(&request).route;
    let writes = route.filter(|route| !route.method.is_safe());
    let response = next.call(request).await?.map_into_boxed_body();
    if let Some(route) = writes
        && !response.status().is_client_error()
    {
        let request = response.request();
        let id = request.match_info().get("id");
        let id = id.and_then(|id| id.parse().ok());
        let state = AppState::of(request).map_err(ApiError::from)?;
        state
            .cache
            .forget_touched(&route.method, route.template, id)
            .await;
    }
    Ok(response)
}
