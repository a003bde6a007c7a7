//! `MicroCredentialService`.

use domain::Failure;
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use domain::workflow::{CredentialStatus, CredentialTransition};
use futures::FutureExt;
use protocol::Caller;
use protocol::convert::WireEnum;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::convert::value::{optional_decimal, required};
use protocol::pb::credential as pb;
use protocol::pb::credential::micro_credential_service_server::MicroCredentialService;
use tonic::{Request, Response, Status};

use super::{Api, answer, optional_id};
use crate::store::Transaction;
use crate::store::micro_credentials::{CredentialFilter, DEFAULT_SORT, SORTABLE};
use crate::store::search::patterns;
use crate::usecase::micro_credential as usecase;

#[tonic::async_trait]
impl MicroCredentialService for Api {
    async fn list_micro_credentials(
        &self,
        request: Request<pb::ListMicroCredentialsRequest>,
    ) -> Result<Response<pb::ListMicroCredentialsResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.micro_credentials(&caller, request.into_inner()).await)
    }

    async fn get_micro_credential(
        &self,
        request: Request<pb::GetMicroCredentialRequest>,
    ) -> Result<Response<pb::GetMicroCredentialResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = request
            .into_inner()
            .id
            .parse()
            .map_err(protocol::into_status)?;
        let found = usecase::get::get(&self.state, &caller, id).await;
        answer(found.map(|detail| pb::GetMicroCredentialResponse {
            micro_credential: Some(detail.credential.into()),
            recognitions: detail.recognitions.into_iter().map(Into::into).collect(),
            pathways: detail.pathways.into_iter().map(Into::into).collect(),
        }))
    }

    async fn create_micro_credential(
        &self,
        request: Request<pb::CreateMicroCredentialRequest>,
    ) -> Result<Response<pb::CreateMicroCredentialResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            new_micro_credential(transaction, caller, request).boxed()
        })
        .await
    }

    async fn update_micro_credential(
        &self,
        request: Request<pb::UpdateMicroCredentialRequest>,
    ) -> Result<Response<pb::UpdateMicroCredentialResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            changed_micro_credential(transaction, caller, request).boxed()
        })
        .await
    }

    async fn transition_micro_credential(
        &self,
        request: Request<pb::TransitionMicroCredentialRequest>,
    ) -> Result<Response<pb::TransitionMicroCredentialResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            moved_micro_credential(transaction, caller, request).boxed()
        })
        .await
    }

    async fn change_part(
        &self,
        request: Request<pb::ChangePartRequest>,
    ) -> Result<Response<pb::ChangePartResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            changed_part(transaction, caller, request).boxed()
        })
        .await
    }

    async fn delete_micro_credential(
        &self,
        request: Request<pb::DeleteMicroCredentialRequest>,
    ) -> Result<Response<pb::DeleteMicroCredentialResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            withdrawn_micro_credential(transaction, caller, request).boxed()
        })
        .await
    }
}

impl Api {
    async fn micro_credentials(
        &self,
        caller: &Caller,
        request: pb::ListMicroCredentialsRequest,
    ) -> Result<pb::ListMicroCredentialsResponse, Failure> {
        let page = page_from_wire(request.page.as_ref(), SORTABLE, DEFAULT_SORT)?;
        let filter = CredentialFilter {
            status: CredentialStatus::optional(request.status, "status")?,
            institution_id: optional_id(request.institution_id.as_ref())?,
            credential_type: CredentialType::optional(request.credential_type, "credentialType")?,
            level: EducationLevel::optional(request.level, "level")?,
            delivery_mode: DeliveryMode::optional(request.delivery_mode, "deliveryMode")?,
            patterns: patterns(request.search.as_deref())?,
            min_credits: optional_decimal(request.min_credits.as_ref(), "minCredits")?,
            max_credits: optional_decimal(request.max_credits.as_ref(), "maxCredits")?,
        };
        let rows = usecase::list::list(&self.state, caller, filter, page).await?;
        Ok(pb::ListMicroCredentialsResponse {
            page: Some(info_to_wire(&rows)),
            micro_credentials: rows.items.into_iter().map(Into::into).collect(),
        })
    }
}

async fn new_micro_credential(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::CreateMicroCredentialRequest,
) -> Result<pb::CreateMicroCredentialResponse, Failure> {
    let institution = request.institution_id.parse()?;
    let draft = required(request.draft, "draft")?.try_into()?;
    let made = usecase::create::create(transaction, caller, institution, draft).await?;
    Ok(pb::CreateMicroCredentialResponse {
        micro_credential: Some(made.into()),
    })
}

async fn changed_micro_credential(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::UpdateMicroCredentialRequest,
) -> Result<pb::UpdateMicroCredentialResponse, Failure> {
    let id = request.id.parse()?;
    let draft = required(request.draft, "draft")?.try_into()?;
    let version = request.expected_version;
    let changed = usecase::update::update(transaction, caller, id, draft, version).await?;
    Ok(pb::UpdateMicroCredentialResponse {
        micro_credential: Some(changed.into()),
    })
}

async fn moved_micro_credential(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::TransitionMicroCredentialRequest,
) -> Result<pb::TransitionMicroCredentialResponse, Failure> {
    let id = request.id.parse()?;
    let step = CredentialTransition::from_wire(request.transition, "transition")?;
    let version = request.expected_version;
    let moved = usecase::transition::transition(transaction, caller, id, step, version).await?;
    Ok(pb::TransitionMicroCredentialResponse {
        micro_credential: Some(moved.into()),
    })
}

async fn changed_part(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::ChangePartRequest,
) -> Result<pb::ChangePartResponse, Failure> {
    let id = request.id.parse()?;
    let change = required(request.change, "change")?.try_into()?;
    let version = request.expected_version;
    let changed = usecase::change_part::change_part(transaction, caller, id, change, version);
    let (credential, part) = changed.await?;
    Ok(pb::ChangePartResponse {
        micro_credential: Some(credential.into()),
        part_id: part.map(|id| id.to_string()),
    })
}

async fn withdrawn_micro_credential(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::DeleteMicroCredentialRequest,
) -> Result<pb::DeleteMicroCredentialResponse, Failure> {
    let id = request.id.parse()?;
    let version = request.expected_version;
    let withdrawn = usecase::delete::delete(transaction, caller, id, version).await?;
    Ok(pb::DeleteMicroCredentialResponse {
        micro_credential: Some(withdrawn.into()),
    })
}
