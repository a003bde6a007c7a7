//! Pathways.

use domain::Failure;
use domain::id::PathwayId;
use domain::page::Page;
use domain::pathway::{Pathway, PathwayDraft};
use domain::workflow::PathwayTransition;
use protocol::convert::WireEnum;
use protocol::convert::page::page_to_domain;
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::pb::credential::pathway_service_client::PathwayServiceClient;

use super::super::understood;
use super::{CredentialService, page_to_wire};
use crate::dto::pathway::PathwayQuery;
use crate::extract::Caller;
use crate::upstream::line::Line;

impl CredentialService {
    fn pathways(&self) -> PathwayServiceClient<Line> {
        PathwayServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES)
    }

    /// A page of pathways that the caller may see.
    pub(crate) async fn list_pathways(
        &self,
        caller: &Caller,
        query: PathwayQuery,
    ) -> Result<Page<Pathway>, Failure> {
        let question = pb::ListPathwaysRequest {
            page: page_to_wire(query.window()?),
            source_institution_id: query.source_institution_id.map(|id| id.to_string()),
            target_institution_id: query.target_institution_id.map(|id| id.to_string()),
            micro_credential_id: query.micro_credential_id.map(|id| id.to_string()),
            pathway_type: query.pathway_type.map(WireEnum::to_wire),
            status: query.status.map(WireEnum::to_wire),
            is_ai_suggested: query.is_ai_suggested,
        };
        let mut client = self.pathways();
        let answer = self
            .ask(caller, question, |request| client.list_pathways(request))
            .await?;
        let rows = answer.pathways.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// One pathway.
    pub(crate) async fn get_pathway(
        &self,
        caller: &Caller,
        id: PathwayId,
    ) -> Result<Pathway, Failure> {
        let question = pb::GetPathwayRequest { id: id.to_string() };
        let mut client = self.pathways();
        let answer = self
            .ask(caller, question, |request| client.get_pathway(request))
            .await?;
        understood(required(answer.pathway, "pathway").and_then(TryInto::try_into))
    }

    /// Records a draft.
    pub(crate) async fn create_pathway(
        &self,
        caller: &Caller,
        draft: PathwayDraft,
    ) -> Result<Pathway, Failure> {
        let question = pb::CreatePathwayRequest {
            draft: Some(draft.into()),
        };
        let mut client = self.pathways();
        let answer = self
            .ask(caller, question, |request| client.create_pathway(request))
            .await?;
        understood(required(answer.pathway, "pathway").and_then(TryInto::try_into))
    }

    /// Replaces the fields of a pathway.
    pub(crate) async fn update_pathway(
        &self,
        caller: &Caller,
        id: PathwayId,
        draft: PathwayDraft,
        expected_version: Option<i64>,
    ) -> Result<Pathway, Failure> {
        let question = pb::UpdatePathwayRequest {
            id: id.to_string(),
            draft: Some(draft.into()),
            expected_version,
        };
        let mut client = self.pathways();
        let answer = self
            .ask(caller, question, |request| client.update_pathway(request))
            .await?;
        understood(required(answer.pathway, "pathway").and_then(TryInto::try_into))
    }

    /// Withdraws a pathway.
    pub(crate) async fn delete_pathway(
        &self,
        caller: &Caller,
        id: PathwayId,
        expected_version: Option<i64>,
    ) -> Result<Pathway, Failure> {
        let question = pb::DeletePathwayRequest {
            id: id.to_string(),
            expected_version,
        };
        let mut client = self.pathways();
        let answer = self
            .ask(caller, question, |request| client.delete_pathway(request))
            .await?;
        understood(required(answer.pathway, "pathway").and_then(TryInto::try_into))
    }

    /// Moves a pathway along its workflow; `notes` are the reviewer's.
    pub(crate) async fn transition_pathway(
        &self,
        caller: &Caller,
        id: PathwayId,
        step: PathwayTransition,
        notes: Option<String>,
        expected_version: Option<i64>,
    ) -> Result<Pathway, Failure> {
        let question = pb::TransitionPathwayRequest {
            id: id.to_string(),
            transition: step.to_wire(),
            notes,
            expected_version,
        };
        let mut client = self.pathways();
        let answer = self
            .ask(caller, question, |request| {
                client.transition_pathway(request)
            })
            .await?;
        understood(required(answer.pathway, "pathway").and_then(TryInto::try_into))
    }

    /// Records drafts that the AI service has signed for the caller.
    pub(crate) async fn record_suggested_pathways(
        &self,
        caller: &Caller,
        suggestions: Vec<pb::SuggestedPathway>,
    ) -> Result<Vec<Pathway>, Failure> {
        let question = pb::RecordSuggestedPathwaysRequest { suggestions };
        let mut client = self.pathways();
        let answer = self
            .ask(caller, question, |request| {
                client.record_suggested_pathways(request)
            })
            .await?;
        let rows = answer.pathways.into_iter().map(TryInto::try_into);
        understood(rows.collect())
    }
}
