//! The record, as far as the gateway writes it.

use protocol::Caller;
use protocol::pb::credential as pb;
use protocol::pb::credential::audit_service_server::AuditService;
use tonic::{Request, Response, Status};

use super::Double;

impl Double {
    /// Who was refused what, as the gateway has put it on record.
    pub(crate) fn refusals(&self) -> Vec<(Caller, pb::RecordRefusalRequest)> {
        self.refusals.lock().unwrap().clone()
    }
}

#[tonic::async_trait]
impl AuditService for Double {
    async fn list_audit_entries(
        &self,
        _request: Request<pb::ListAuditEntriesRequest>,
    ) -> Result<Response<pb::ListAuditEntriesResponse>, Status> {
        Err(Status::unimplemented("nobody reads the record here"))
    }

    async fn verify_audit_chain(
        &self,
        _request: Request<pb::VerifyAuditChainRequest>,
    ) -> Result<Response<pb::VerifyAuditChainResponse>, Status> {
        Err(Status::unimplemented("nobody reads the record here"))
    }

    async fn record_refusal(
        &self,
        request: Request<pb::RecordRefusalRequest>,
    ) -> Result<Response<pb::RecordRefusalResponse>, Status> {
        let caller = Caller::of(&request)?;
        let refused = (caller, request.into_inner());
        self.refusals.lock().unwrap().push(refused);
        Ok(Response::new(pb::RecordRefusalResponse { recorded: true }))
    }
}
