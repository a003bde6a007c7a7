//! Drops from the cache what a request has changed, before its answer goes out.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::routes::Found;
use crate::state::AppState;

/// Drops what the request may have changed. A request that was refused has changed nothing; one that failed may have.
pub(crate) async fn forget(
    state: web::Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let route = Found::of(&request).route;
    let response = next.call(request).await?.map_into_boxed_body();
    if let Some(route) = route
        && !response.status().is_client_error()
    {
        let id = response.request().match_info().get("id");
        let id = id.and_then(|id| id.parse().ok());
        state
            .cache
            .forget_touched(&route.method, route.template, id)
            .await;
    }
    Ok(response)
}
