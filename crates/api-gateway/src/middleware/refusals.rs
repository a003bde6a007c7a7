//! Puts on record that a signed-in person was refused something, at the door, by a handler or by the service behind us.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use domain::ErrorCode;
use uuid::Uuid;

use crate::error::ApiError;
use crate::extract::Caller;
use crate::routes::Found;
use crate::state::AppState;

/// Puts refusals on record before they are answered. One that cannot be recorded is answered all the same, and logged.
pub(crate) async fn record_refusals(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let refused = response
        .response()
        .error()
        .and_then(|error| error.as_error::<ApiError>())
        .is_some_and(|error| error.failure.code == ErrorCode::AuthorizationError);
    if refused {
        report(&response).await;
    }
    Ok(response)
}

async fn report(response: &ServiceResponse<BoxBody>) {
    let request = response.request();
    let (Ok(state), Ok(caller)) = (AppState::of(request), Caller::read(request)) else {
        return;
    };
    if !caller.is_person() {
        return;
    }
    let operation = format!("{} {}", request.method(), Found::label_of(request));
    // Out of the path itself: what is refused at the door has been matched with no route yet.
    let mut segments = request.match_info().as_str().split('/');
    let object = segments.find_map(|segment| Uuid::try_parse(segment).ok());
    let recorded = state
        .credentials
        .record_refusal(&caller, operation, object)
        .await;
    if let Err(failure) = recorded {
        metrics::counter!("audit_refusals_lost_total").increment(1);
        tracing::warn!(code = %failure.code, cause = failure.cause_chain(), "a refusal could not be put on record");
    }
}
