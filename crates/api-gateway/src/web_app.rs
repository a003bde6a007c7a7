//! The built web app, served beside the API: files as they are, and its one page for every address of its own.

use std::ffi::OsStr;
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
        // Addresses of the app's own do not even look for a file: the library looks on the thread that answers.
        .path_filter(|path, _head| path.file_name().is_some_and(is_file_name))
        .prefer_utf8(true)
        .disable_content_disposition()
        .default_handler(fn_service(move |request: ServiceRequest| {
            fall_back(request, page.clone())
        }));
    config.service(web::scope("").wrap(from_fn(cache_policy)).service(files));
}

/// An address without a file is one of the app's own, unless it looks like a file.
async fn fall_back(request: ServiceRequest, page: PathBuf) -> Result<ServiceResponse, Error> {
    let path = request.path();
    let last = path.rsplit('/').next().unwrap_or_default();
    let own =
        place_of(path) == Place::App && !is_file_name(last.as_ref()) && !path.starts_with(HASHED);
    let (request, _payload) = request.into_parts();
    let opened = if own {
        open(page).await
    } else {
        Err(Failure::not_found("address"))
    };
    let response = match opened {
        Ok(page) => page
            .disable_content_disposition()
            .prefer_utf8(true)
            .into_response(&request),
        Err(failure) => HttpResponse::from_error(ApiError::from(failure)),
    };
    Ok(ServiceResponse::new(request, response))
}

fn is_file_name(last: &OsStr) -> bool {
    last.as_encoded_bytes().contains(&b'.')
}

/// Opens the page on a thread that may wait: the folder may lie on a network.
async fn open(page: PathBuf) -> Result<NamedFile, Failure> {
    web::block(move || NamedFile::open(page))
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::internal)
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
