//! Institutions.

use domain::Failure;
use domain::id::InstitutionId;
use domain::institution::{Institution, InstitutionDraft, InstitutionStats};
use domain::page::Page;
use protocol::convert::WireEnum;
use protocol::convert::page::page_to_domain;
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::pb::credential::institution_service_client::InstitutionServiceClient;

use super::super::understood;
use super::{CredentialService, page_to_wire};
use crate::dto::institution::InstitutionQuery;
use crate::extract::Caller;
use crate::upstream::line::Line;

impl CredentialService {
    fn institutions(&self) -> InstitutionServiceClient<Line> {
        InstitutionServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES)
    }

    /// A page of institutions.
    pub(crate) async fn list_institutions(
        &self,
        caller: &Caller,
        query: InstitutionQuery,
    ) -> Result<Page<Institution>, Failure> {
        let question = pb::ListInstitutionsRequest {
            page: page_to_wire(query.window()?),
            r#type: query.institution_type.map(WireEnum::to_wire),
            search: query.search,
            is_active: query.is_active,
        };
        let mut client = self.institutions();
        let answer = self
            .ask(caller, question, |request| {
                client.list_institutions(request)
            })
            .await?;
        let rows = answer.institutions.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// One institution with its figures.
    pub(crate) async fn get_institution(
        &self,
        caller: &Caller,
        id: InstitutionId,
    ) -> Result<(Institution, InstitutionStats), Failure> {
        let question = pb::GetInstitutionRequest { id: id.to_string() };
        let mut client = self.institutions();
        let answer = self
            .ask(caller, question, |request| client.get_institution(request))
            .await?;
        understood(read(answer))
    }

    /// Records an institution.
    pub(crate) async fn create_institution(
        &self,
        caller: &Caller,
        draft: InstitutionDraft,
    ) -> Result<Institution, Failure> {
        let question = pb::CreateInstitutionRequest {
            draft: Some(draft.into()),
        };
        let mut client = self.institutions();
        let answer = self
            .ask(caller, question, |request| {
                client.create_institution(request)
            })
            .await?;
        understood(required(answer.institution, "institution").and_then(TryInto::try_into))
    }

    /// Replaces the fields of an institution.
    pub(crate) async fn update_institution(
        &self,
        caller: &Caller,
        id: InstitutionId,
        draft: InstitutionDraft,
        is_active: Option<bool>,
        expected_version: Option<i64>,
    ) -> Result<Institution, Failure> {
        let question = pb::UpdateInstitutionRequest {
            id: id.to_string(),
            draft: Some(draft.into()),
            is_active,
            expected_version,
        };
        let mut client = self.institutions();
        let answer = self
            .ask(caller, question, |request| {
                client.update_institution(request)
            })
            .await?;
        understood(required(answer.institution, "institution").and_then(TryInto::try_into))
    }

    /// Withdraws an institution.
    pub(crate) async fn delete_institution(
        &self,
        caller: &Caller,
        id: InstitutionId,
        expected_version: Option<i64>,
    ) -> Result<Institution, Failure> {
        let question = pb::DeleteInstitutionRequest {
            id: id.to_string(),
            expected_version,
        };
        let mut client = self.institutions();
        let answer = self
            .ask(caller, question, |request| {
                client.delete_institution(request)
            })
            .await?;
        understood(required(answer.institution, "institution").and_then(TryInto::try_into))
    }
}

fn read(answer: pb::GetInstitutionResponse) -> Result<(Institution, InstitutionStats), Failure> {
    let institution = required(answer.institution, "institution")?.try_into()?;
    Ok((institution, required(answer.stats, "stats")?.into()))
}
