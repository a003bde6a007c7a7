//! `POST /credentials/import`

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, web};
use domain::policy::Action;
use domain::vocabulary::ExchangeFormat;
use domain::{ErrorCode, Failure};

use crate::dto::exchange::{ImportQuery, ImportReport};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Answer, Success};
use crate::state::AppState;
use crate::upstream::credential::exchange::{MOST_BYTES, too_large};

/// Imports a file of micro-credentials: all of it or nothing.
///
/// Administrators of an institution for their own, platform administrators for any. Known program codes are changed when
/// they differ, new ones become drafts. At most 64 MiB and 100,000 rows, within five minutes unless the operator says
/// otherwise, and faster than 64 KiB a second after the first ten; one import for an institution at a time (409).
///
/// `text/csv` has a header with any of these columns: `institutionCode`, `programCode`, `status`, `title`, `shortTitle`,
/// `description`, `credentialType`, `deliveryMode`, `duration`, `credits`, `assessmentMethod`, `cost`, `language`, `level`,
/// `campus`, `department`, `faculty`, `effectiveDate`, `expiryDate`, `lastReviewDate`, `nextReviewDate`, `programUrl`,
/// `applicationUrl`, `additionalInfo`, `outcomeText`, `outcomeBloomLevel`, `outcomeCategory`, `outcomeIsCore`,
/// `outcomeKeywords` (separated by `;`, with `\;` for the character), `prerequisiteDescription`, `prerequisiteType`,
/// `prerequisiteIsMandatory`. `programCode`, `title` and `credentialType` must be there; what a missing column is about stays
/// as it is on record, an empty cell means absent. More outcomes and prerequisites follow on further rows with the program code
/// alone. An apostrophe in front of `=`, `+`, `-`, `@`, tab or line break is taken off. `status` is not changed by an import.
///
/// `application/x-ndjson` has on each line the body of `POST /credentials`, which replaces what is on record; `institutionId`
/// may be absent or stand as `institutionCode`, and `status` is allowed and not read.
///
/// With `dryRun=true` the answer is the report, problems included. Otherwise a file with a bad row is answered with 422; each of
/// `details` names line and field as `lines[17].credits`, at most 1,000 of them, and nothing was written.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/import",
    operation_id = "importCredentials",
    tag = "credentials",
    params(ImportQuery),
    // Any text is a file: one that is bad is reported row by row, and a dry run of it succeeds.
    request_body(content((serde_json::Value = "text/csv"), (serde_json::Value = "application/x-ndjson"))),
    responses((status = 200, description = "What was done, or would be.", body = Success<ImportReport>)),
    security(("bearer" = []))
)]
pub(crate) async fn import(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<ImportQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<Answer<ImportReport>, ApiError> {
    let query = query.0;
    let owner = query.institution_id.or(caller.institution_id());
    caller.authorize(Action::ImportCredentials, owner)?;
    let format = format_of(&request)?;
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MOST_BYTES) {
        return Err(too_large().into());
    }
    let settings = &state.settings;
    let limits = (settings.exchange_timeout, settings.slow_limit);
    let report = state
        .credentials
        .import_credentials(&caller, format, query, body, limits)
        .await?;
    if !report.dry_run
        && let Some(refusal) = report.refusal()
    {
        return Err(refusal.into());
    }
    Ok(Answer(report))
}

fn format_of(request: &HttpRequest) -> Result<ExchangeFormat, Failure> {
    let refuse = |message| Err(Failure::new(ErrorCode::UnsupportedMediaType, message));
    let encoded = request
        .headers()
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if encoded {
        return refuse("the body must not be compressed");
    }
    match request.content_type().trim().to_ascii_lowercase().as_str() {
        "text/csv" => Ok(ExchangeFormat::Csv),
        "application/x-ndjson" | "application/jsonl" => Ok(ExchangeFormat::JsonLines),
        _other => refuse("the content type must be text/csv or application/x-ndjson"),
    }
}
