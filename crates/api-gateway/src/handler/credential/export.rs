//! `GET /credentials/export`

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::policy::Action;

use crate::dto::exchange::{ExportQuery, FileFormat};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::state::AppState;

/// Exports micro-credentials as a file that `POST /credentials/import` reads back.
///
/// Administrators of an institution and platform administrators; the file holds what the caller may see, with the filters of
/// the list, and the export is put on record. It is written while it is read; one that cannot be finished within five minutes,
/// unless the operator says otherwise, or breaks off in between ends with a broken connection, never as a whole file. In CSV a text that a spreadsheet would
/// run (`=`, `+`, `-`, `@`, tab or line break in front) begins with an apostrophe.
#[utoipa::path(
    get,
    path = "/api/v1/credentials/export",
    operation_id = "exportCredentials",
    tag = "credentials",
    params(ExportQuery),
    responses((
        status = 200,
        description = "The file.",
        content((String = "text/csv"), (String = "application/x-ndjson")),
        headers(("Content-Disposition" = String, description = "A name for the file."))
    )),
    security(("bearer" = []))
)]
pub(crate) async fn export(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<ExportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.authorize(Action::ExportCredentials, caller.institution_id())?;
    let format = query.0.format;
    let filters = query.0.filters().checked()?;
    let (media, name) = match format {
        FileFormat::Csv => ("text/csv; charset=utf-8", "micro-credentials.csv"),
        FileFormat::Jsonl => ("application/x-ndjson", "micro-credentials.jsonl"),
    };
    let mut response = HttpResponse::Ok();
    response.content_type(media).insert_header((
        header::CONTENT_DISPOSITION,
        format!("attachment; filename=\"{name}\""),
    ));
    // Nothing leaves, so nothing is put on record.
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    let limit = state.settings.exchange_timeout;
    let file = state
        .credentials
        .export_credentials(&caller, format.into(), filters, limit)
        .await?;
    Ok(response.streaming(file))
}
