//! `InstitutionService`.

use domain::Failure;
use domain::vocabulary::InstitutionType;
use futures::FutureExt;
use protocol::Caller;
use protocol::convert::WireEnum;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::pb::credential::institution_service_server::InstitutionService;
use tonic::{Request, Response, Status};

use super::{Api, answer};
use crate::store::Transaction;
use crate::store::institutions::{DEFAULT_SORT, InstitutionFilter, SORTABLE};
use crate::store::search::patterns;
use crate::usecase::institution;

#[tonic::async_trait]
impl InstitutionService for Api {
    async fn list_institutions(
        &self,
        request: Request<pb::ListInstitutionsRequest>,
    ) -> Result<Response<pb::ListInstitutionsResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.institutions(&caller, request.into_inner()).await)
    }

    async fn get_institution(
        &self,
        request: Request<pb::GetInstitutionRequest>,
    ) -> Result<Response<pb::GetInstitutionResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = request
            .into_inner()
            .id
            .parse()
            .map_err(protocol::into_status)?;
        let found = institution::get::get(&self.state, &caller, id).await;
        answer(
            found.map(|(institution, stats)| pb::GetInstitutionResponse {
                institution: Some(institution.into()),
                stats: Some(stats.into()),
            }),
        )
    }

    async fn create_institution(
        &self,
        request: Request<pb::CreateInstitutionRequest>,
    ) -> Result<Response<pb::CreateInstitutionResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            new_institution(transaction, caller, request).boxed()
        })
        .await
    }

    async fn update_institution(
        &self,
        request: Request<pb::UpdateInstitutionRequest>,
    ) -> Result<Response<pb::UpdateInstitutionResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            changed_institution(transaction, caller, request).boxed()
        })
        .await
    }

    async fn delete_institution(
        &self,
        request: Request<pb::DeleteInstitutionRequest>,
    ) -> Result<Response<pb::DeleteInstitutionResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            withdrawn_institution(transaction, caller, request).boxed()
        })
        .await
    }
}

impl Api {
    async fn institutions(
        &self,
        caller: &Caller,
        request: pb::ListInstitutionsRequest,
    ) -> Result<pb::ListInstitutionsResponse, Failure> {
        let page = page_from_wire(request.page.as_ref(), SORTABLE, DEFAULT_SORT)?;
        let filter = InstitutionFilter {
            institution_type: InstitutionType::optional(request.r#type, "type")?,
            patterns: patterns(request.search.as_deref())?,
            is_active: request.is_active,
        };
        let rows = institution::list::list(&self.state, caller, filter, page).await?;
        Ok(pb::ListInstitutionsResponse {
            page: Some(info_to_wire(&rows)),
            institutions: rows.items.into_iter().map(Into::into).collect(),
        })
    }
}

async fn new_institution(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::CreateInstitutionRequest,
) -> Result<pb::CreateInstitutionResponse, Failure> {
    let draft = required(request.draft, "draft")?.try_into()?;
    let institution = institution::create::create(transaction, caller, draft).await?;
    Ok(pb::CreateInstitutionResponse {
        institution: Some(institution.into()),
    })
}

async fn changed_institution(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::UpdateInstitutionRequest,
) -> Result<pb::UpdateInstitutionResponse, Failure> {
    let id = request.id.parse()?;
    let draft = required(request.draft, "draft")?.try_into()?;
    let (active, version) = (request.is_active, request.expected_version);
    let changed = institution::update::update(transaction, caller, id, draft, active, version);
    Ok(pb::UpdateInstitutionResponse {
        institution: Some(changed.await?.into()),
    })
}

async fn withdrawn_institution(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::DeleteInstitutionRequest,
) -> Result<pb::DeleteInstitutionResponse, Failure> {
    let id = request.id.parse()?;
    let version = request.expected_version;
    let withdrawn = institution::delete::delete(transaction, caller, id, version).await?;
    Ok(pb::DeleteInstitutionResponse {
        institution: Some(withdrawn.into()),
    })
}
