//! Micro-credentials.

use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::micro_credential::{MicroCredential, MicroCredentialDraft};
use domain::page::Page;
use domain::parts::PartChange;
use domain::pathway::Pathway;
use domain::recognition::Recognition;
use domain::workflow::CredentialTransition;
use protocol::convert::WireEnum;
use protocol::convert::page::page_to_domain;
use protocol::convert::value::{decimal_to_wire, required};
use protocol::pb::credential as pb;
use protocol::pb::credential::micro_credential_service_client::MicroCredentialServiceClient;
use uuid::Uuid;

use super::super::understood;
use super::{CredentialService, page_to_wire};
use crate::dto::credential::CredentialQuery;
use crate::extract::Caller;
use crate::upstream::line::Line;

/// One micro-credential with what belongs to it.
#[derive(Debug)]
pub(crate) struct CredentialDetail {
    /// The micro-credential.
    pub(crate) credential: MicroCredential,
    /// Its recognitions.
    pub(crate) recognitions: Vec<Recognition>,
    /// Its pathways.
    pub(crate) pathways: Vec<Pathway>,
}

/// A micro-credential after a change to one of its parts, and the part that was added or replaced.
pub(crate) type ChangedPart = (MicroCredential, Option<Uuid>);

impl CredentialService {
    fn micro_credentials(&self) -> MicroCredentialServiceClient<Line> {
        MicroCredentialServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES)
    }

    /// A page of micro-credentials that the caller may see.
    pub(crate) async fn list_credentials(
        &self,
        caller: &Caller,
        query: CredentialQuery,
    ) -> Result<Page<MicroCredential>, Failure> {
        let question = pb::ListMicroCredentialsRequest {
            page: page_to_wire(query.window()?),
            status: query.status.map(WireEnum::to_wire),
            institution_id: query.institution_id.map(|id| id.to_string()),
            credential_type: query.credential_type.map(WireEnum::to_wire),
            level: query.level.map(WireEnum::to_wire),
            delivery_mode: query.delivery_mode.map(WireEnum::to_wire),
            search: query.search,
            min_credits: query.min_credits.map(decimal_to_wire),
            max_credits: query.max_credits.map(decimal_to_wire),
        };
        let mut client = self.micro_credentials();
        let answer = self
            .ask(caller, question, |request| {
                client.list_micro_credentials(request)
            })
            .await?;
        let rows = answer.micro_credentials.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// One micro-credential with everything that belongs to it.
    pub(crate) async fn get_credential(
        &self,
        caller: &Caller,
        id: MicroCredentialId,
    ) -> Result<CredentialDetail, Failure> {
        let question = pb::GetMicroCredentialRequest { id: id.to_string() };
        let mut client = self.micro_credentials();
        let answer = self
            .ask(caller, question, |request| {
                client.get_micro_credential(request)
            })
            .await?;
        understood(detail(answer))
    }

    /// Records a draft.
    pub(crate) async fn create_credential(
        &self,
        caller: &Caller,
        institution_id: InstitutionId,
        draft: MicroCredentialDraft,
    ) -> Result<MicroCredential, Failure> {
        let question = pb::CreateMicroCredentialRequest {
            institution_id: institution_id.to_string(),
            draft: Some(draft.into()),
        };
        let mut client = self.micro_credentials();
        let answer = self
            .ask(caller, question, |request| {
                client.create_micro_credential(request)
            })
            .await?;
        understood(credential(answer.micro_credential))
    }

    /// Replaces the fields of a micro-credential.
    pub(crate) async fn update_credential(
        &self,
        caller: &Caller,
        id: MicroCredentialId,
        draft: MicroCredentialDraft,
        expected_version: Option<i64>,
    ) -> Result<MicroCredential, Failure> {
        let question = pb::UpdateMicroCredentialRequest {
            id: id.to_string(),
            draft: Some(draft.into()),
            expected_version,
        };
        let mut client = self.micro_credentials();
        let answer = self
            .ask(caller, question, |request| {
                client.update_micro_credential(request)
            })
            .await?;
        understood(credential(answer.micro_credential))
    }

    /// Moves a micro-credential along its workflow.
    pub(crate) async fn transition_credential(
        &self,
        caller: &Caller,
        id: MicroCredentialId,
        step: CredentialTransition,
        expected_version: Option<i64>,
    ) -> Result<MicroCredential, Failure> {
        let question = pb::TransitionMicroCredentialRequest {
            id: id.to_string(),
            transition: step.to_wire(),
            expected_version,
        };
        let mut client = self.micro_credentials();
        let answer = self
            .ask(caller, question, |request| {
                client.transition_micro_credential(request)
            })
            .await?;
        understood(credential(answer.micro_credential))
    }

    /// Changes one part of a micro-credential.
    pub(crate) async fn change_part(
        &self,
        caller: &Caller,
        id: MicroCredentialId,
        change: PartChange,
        expected_version: Option<i64>,
    ) -> Result<ChangedPart, Failure> {
        let question = pb::ChangePartRequest {
            id: id.to_string(),
            expected_version,
            change: Some(change.into()),
        };
        let mut client = self.micro_credentials();
        let answer = self
            .ask(caller, question, |request| client.change_part(request))
            .await?;
        understood(changed_part(answer))
    }

    /// Withdraws a micro-credential.
    pub(crate) async fn delete_credential(
        &self,
        caller: &Caller,
        id: MicroCredentialId,
        expected_version: Option<i64>,
    ) -> Result<MicroCredential, Failure> {
        let question = pb::DeleteMicroCredentialRequest {
            id: id.to_string(),
            expected_version,
        };
        let mut client = self.micro_credentials();
        let answer = self
            .ask(caller, question, |request| {
                client.delete_micro_credential(request)
            })
            .await?;
        understood(credential(answer.micro_credential))
    }
}

fn credential(wire: Option<pb::MicroCredential>) -> Result<MicroCredential, Failure> {
    required(wire, "micro_credential")?.try_into()
}

fn changed_part(answer: pb::ChangePartResponse) -> Result<ChangedPart, Failure> {
    let part = answer.part_id.map(|id| Uuid::try_parse(&id)).transpose();
    Ok((
        credential(answer.micro_credential)?,
        part.map_err(Failure::internal)?,
    ))
}

fn detail(answer: pb::GetMicroCredentialResponse) -> Result<CredentialDetail, Failure> {
    Ok(CredentialDetail {
        credential: credential(answer.micro_credential)?,
        recognitions: answer
            .recognitions
            .into_iter()
            .map(TryInto::try_into)
            .collect::<Result<_, _>>()?,
        pathways: answer
            .pathways
            .into_iter()
            .map(TryInto::try_into)
            .collect::<Result<_, _>>()?,
    })
}
