//! The record of decisions.

use domain::Failure;
use domain::audit::{AuditEntry, ChainReport};
use domain::page::Page;
use protocol::convert::page::page_to_domain;
use protocol::convert::value::time_to_wire;
use protocol::pb::credential as pb;
use protocol::pb::credential::audit_service_client::AuditServiceClient;

use uuid::Uuid;

use super::super::understood;
use super::{CredentialService, page_to_wire};
use crate::dto::audit::AuditQuery;
use crate::extract::Caller;

impl CredentialService {
    /// A page of the record.
    pub(crate) async fn list_audit_entries(
        &self,
        caller: &Caller,
        query: AuditQuery,
    ) -> Result<Page<AuditEntry>, Failure> {
        let question = pb::ListAuditEntriesRequest {
            page: page_to_wire(query.window()?),
            entity_type: query.entity_type.map(|kind| kind.as_str().to_owned()),
            entity_id: query.entity_id.map(|id| id.to_string()),
            user_id: query.user_id.map(|id| id.to_string()),
            action: query.action.map(|action| action.as_str().to_owned()),
            start_date: query.start_date.map(time_to_wire),
            end_date: query.end_date.map(time_to_wire),
        };
        let mut client = AuditServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES);
        let answer = self
            .ask(caller, question, |request| {
                client.list_audit_entries(request)
            })
            .await?;
        let rows = answer.entries.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// What a verification of the record finds in the time there is.
    pub(crate) async fn verify_audit_chain(
        &self,
        caller: &Caller,
        after: u64,
    ) -> Result<ChainReport, Failure> {
        let question = pb::VerifyAuditChainRequest { after };
        let mut client = AuditServiceClient::new(self.channel.clone());
        let answer = self
            .ask(caller, question, |request| {
                client.verify_audit_chain(request)
            })
            .await?;
        understood(answer.try_into())
    }

    /// Puts on record that the caller was refused an operation.
    pub(crate) async fn record_refusal(
        &self,
        caller: &Caller,
        operation: String,
        object: Option<Uuid>,
    ) -> Result<(), Failure> {
        let question = pb::RecordRefusalRequest {
            operation,
            object_id: object.map(|id| id.to_string()),
        };
        let mut client = AuditServiceClient::new(self.channel.clone());
        self.ask(caller, question, |request| client.record_refusal(request))
            .await?;
        Ok(())
    }
}
