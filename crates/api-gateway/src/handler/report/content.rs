//! `GET /reports/{id}/content`

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use domain::id::ReportId;
use domain::report::Report;
use domain::vocabulary::ReportKind;
use domain::{ErrorCode, Failure};

use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::state::AppState;

/// Reads the content of a report.
///
/// Administrators of its institution, and platform administrators; the reading is put on record. 409 while the report is not
/// ready. A file that breaks off, or is not the one that was made, ends with a broken connection, never as a whole file. In CSV
/// a text that a spreadsheet would run (`=`, `+`, `-`, `@`, tab or line break in front) begins with an apostrophe.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{id}/content",
    operation_id = "getReportContent",
    tag = "reports",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((
        status = 200,
        description = "The file: JSON lines for a `CATALOGUE`, CSV for `DECISIONS`.",
        content((String = "text/csv"), (String = "application/x-ndjson")),
        headers(("Content-Disposition" = String, description = "A name for the file."))
    )),
    security(("bearer" = []))
)]
pub(crate) async fn content(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<ReportId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    // Nothing leaves, so nothing is put on record.
    if request.method() == Method::HEAD {
        let report = state.credentials.get_report(&caller, id.0).await?;
        if report.file.is_none() {
            return Err(Failure::new(ErrorCode::Conflict, "the report is not ready").into());
        }
        return Ok(described(&report).finish());
    }
    let limit = state.settings.exchange_timeout;
    let (report, file) = state
        .credentials
        .read_report_content(&caller, id.0, limit)
        .await?;
    Ok(described(&report).streaming(file))
}

fn described(report: &Report) -> HttpResponseBuilder {
    let (media, extension) = match report.kind {
        ReportKind::Catalogue => ("application/x-ndjson", "jsonl"),
        ReportKind::Decisions => ("text/csv; charset=utf-8", "csv"),
    };
    let kind = report.kind.as_str().to_lowercase();
    let period = report
        .period
        .map(|period| format!("-{}-{}", period.start, period.end))
        .unwrap_or_default();
    let mut response = HttpResponse::Ok();
    response.content_type(media).insert_header((
        header::CONTENT_DISPOSITION,
        format!("attachment; filename=\"{kind}{period}.{extension}\""),
    ));
    response
}
