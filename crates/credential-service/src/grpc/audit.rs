//! `AuditService`.

use domain::vocabulary::{AuditAction, EntityType};
use domain::{ErrorCode, Failure, FieldViolation};
use protocol::Caller;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::convert::value::optional_time;
use protocol::pb::credential as pb;
use protocol::pb::credential::audit_service_server::AuditService;
use serde_json::{Value, json};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Api, answer, optional_id};
use crate::store::audit_logs::{AuditFilter, DEFAULT_SORT, SORTABLE};
use crate::usecase::audit;

/// Changes that one page carries, in bytes, well below the largest answer: nobody reads more of them at once.
const CHANGES_BYTES: usize = 6 * 1024 * 1024;

#[tonic::async_trait]
impl AuditService for Api {
    async fn list_audit_entries(
        &self,
        request: Request<pb::ListAuditEntriesRequest>,
    ) -> Result<Response<pb::ListAuditEntriesResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.audit_entries(&caller, request.into_inner()).await)
    }

    async fn verify_audit_chain(
        &self,
        request: Request<pb::VerifyAuditChainRequest>,
    ) -> Result<Response<pb::VerifyAuditChainResponse>, Status> {
        let caller = Caller::of(&request)?;
        let after = request.into_inner().after;
        let report = audit::verify::verify(&self.state, &caller, after).await;
        answer(report.map(Into::into))
    }

    async fn record_refusal(
        &self,
        request: Request<pb::RecordRefusalRequest>,
    ) -> Result<Response<pb::RecordRefusalResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.refusal(&caller, request.into_inner()).await)
    }
}

impl Api {
    async fn refusal(
        &self,
        caller: &Caller,
        request: pb::RecordRefusalRequest,
    ) -> Result<pb::RecordRefusalResponse, Failure> {
        let object = request.object_id.as_deref().map(any_id).transpose()?;
        let operation = &request.operation;
        let recorded =
            audit::refusal::record_refusal(&self.state, caller, operation, object).await?;
        Ok(pb::RecordRefusalResponse { recorded })
    }

    async fn audit_entries(
        &self,
        caller: &Caller,
        request: pb::ListAuditEntriesRequest,
    ) -> Result<pb::ListAuditEntriesResponse, Failure> {
        let page = page_from_wire(request.page.as_ref(), SORTABLE, DEFAULT_SORT)?;
        let filter = AuditFilter {
            entity_type: in_list(request.entity_type, "entityType", EntityType::parse)?,
            entity_id: request.entity_id.as_deref().map(any_id).transpose()?,
            user_id: optional_id(request.user_id.as_ref())?,
            action: in_list(request.action, "action", AuditAction::parse)?,
            start_date: optional_time(request.start_date)?,
            end_date: optional_time(request.end_date)?,
        };
        let rows = audit::list::list(&self.state, caller, filter, page).await?;
        let page = Some(info_to_wire(&rows));
        let mut entries: Vec<pb::AuditEntry> = rows.items.into_iter().map(Into::into).collect();
        shorten(&mut entries);
        Ok(pb::ListAuditEntriesResponse { page, entries })
    }
}

/// Leaves out the changes that no longer fit: an answer that is too large is an error, and hides the small entries too.
fn shorten(entries: &mut [pb::AuditEntry]) {
    let mut left = CHANGES_BYTES;
    for entry in entries {
        let size = entry.changes_json.len();
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => entry.changes_json = omitted(size).to_string(),
        }
    }
}

/// What stands in the place of changes, in their shape.
fn omitted(size: usize) -> Value {
    let advice = if size > CHANGES_BYTES {
        "too large to be read here"
    } else {
        "ask for this entry alone with entityId, page and limit=1"
    };
    json!({ "omitted": { "before": null, "after": format!("{size} bytes; {advice}") } })
}

fn any_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_error| Failure::malformed("the entity id is not a UUID"))
}

fn in_list<T>(
    text: Option<String>,
    field: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let Some(text) = text else { return Ok(None) };
    parse(&text).map(Some).ok_or_else(|| {
        let violation = FieldViolation {
            field: field.to_owned(),
            message: "is not in the list".to_owned(),
        };
        Failure::new(
            ErrorCode::InvalidEnumValue,
            format!("{field}: is not in the list"),
        )
        .with_fields(vec![violation])
    })
}
