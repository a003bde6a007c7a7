//! The built web app, served beside the API: files as they are, and its one page for every address of its own.

use std::future::{Ready, ready};
use std::path::{Path, PathBuf};

use actix_files::{Files, NamedFile};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpResponse, web};
use domain::Failure;

use crate::error::ApiError;
use crate::routes::{Place, place_of};

const PAGE: &str = "index.html";
/// Folder whose files have a hash of their content in their name.
const HASHED: &str = "/assets/";

/// Serves a folder.
pub(crate) fn register(config: &mut web::ServiceConfig, folder: &Path) {
    let page = folder.join(PAGE);
    let files = Files::new("/", folder)
        .index_file(PAGE)
        .prefer_utf8(true)
        .disable_content_disposition()
        .default_handler(fn_service(move |request: ServiceRequest| {
            fall_back(request, page.clone())
        }));
    config.service(web::scope("").wrap(from_fn(cache_policy)).service(files));
}

/// An address without a file is one of the app's own, unless it looks like a file.
fn fall_back(request: ServiceRequest, page: PathBuf) -> Ready<Result<ServiceResponse, Error>> {
    let path = request.path();
    let last = path.rsplit('/').next().unwrap_or_default();
    let own = place_of(path) == Place::App && !last.contains('.');
    let (request, _payload) = request.into_parts();
    let response = match NamedFile::open(page) {
        Ok(page) if own => page
            .disable_content_disposition()
            .prefer_utf8(true)
            .into_response(&request),
        _other => HttpResponse::from_error(ApiError::from(Failure::not_found("address"))),
    };
    ready(Ok(ServiceResponse::new(request, response)))
}

/// Hashed files never change; everything else is asked for anew.
async fn cache_policy(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let hashed = request.path().starts_with(HASHED);
    let mut response = next.call(request).await?;
    let value = if hashed && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    Ok(response)
}
