//! `PathwayService`.

mod suggested;

use domain::Failure;
use domain::vocabulary::PathwayType;
use domain::workflow::{PathwayStatus, PathwayTransition};
use futures::FutureExt;
use protocol::Caller;
use protocol::convert::WireEnum;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::pb::credential::pathway_service_server::PathwayService;
use tonic::{Request, Response, Status};

use super::{Api, answer, optional_id};
use crate::store::Transaction;
use crate::store::pathways::{DEFAULT_SORT, PathwayFilter, SORTABLE};
use crate::usecase::pathway as usecase;

#[tonic::async_trait]
impl PathwayService for Api {
    async fn list_pathways(
        &self,
        request: Request<pb::ListPathwaysRequest>,
    ) -> Result<Response<pb::ListPathwaysResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.pathways(&caller, request.into_inner()).await)
    }

    async fn get_pathway(
        &self,
        request: Request<pb::GetPathwayRequest>,
    ) -> Result<Response<pb::GetPathwayResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = request
            .into_inner()
            .id
            .parse()
            .map_err(protocol::into_status)?;
        let found = usecase::get::get(&self.state, &caller, id).await;
        answer(found.map(|pathway| pb::GetPathwayResponse {
            pathway: Some(pathway.into()),
        }))
    }

    async fn create_pathway(
        &self,
        request: Request<pb::CreatePathwayRequest>,
    ) -> Result<Response<pb::CreatePathwayResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            new_pathway(transaction, caller, request).boxed()
        })
        .await
    }

    async fn update_pathway(
        &self,
        request: Request<pb::UpdatePathwayRequest>,
    ) -> Result<Response<pb::UpdatePathwayResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            changed_pathway(transaction, caller, request).boxed()
        })
        .await
    }

    async fn delete_pathway(
        &self,
        request: Request<pb::DeletePathwayRequest>,
    ) -> Result<Response<pb::DeletePathwayResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            withdrawn_pathway(transaction, caller, request).boxed()
        })
        .await
    }

    async fn transition_pathway(
        &self,
        request: Request<pb::TransitionPathwayRequest>,
    ) -> Result<Response<pb::TransitionPathwayResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            moved_pathway(transaction, caller, request).boxed()
        })
        .await
    }

    async fn record_suggested_pathways(
        &self,
        request: Request<pb::RecordSuggestedPathwaysRequest>,
    ) -> Result<Response<pb::RecordSuggestedPathwaysResponse>, Status> {
        let verifier = self.state.suggestions.clone();
        self.change(request, move |transaction, caller, request| {
            suggested::record(verifier, transaction, caller, request).boxed()
        })
        .await
    }
}

impl Api {
    async fn pathways(
        &self,
        caller: &Caller,
        request: pb::ListPathwaysRequest,
    ) -> Result<pb::ListPathwaysResponse, Failure> {
        let page = page_from_wire(request.page.as_ref(), SORTABLE, DEFAULT_SORT)?;
        let filter = PathwayFilter {
            source_institution_id: optional_id(request.source_institution_id.as_ref())?,
            target_institution_id: optional_id(request.target_institution_id.as_ref())?,
            micro_credential_id: optional_id(request.micro_credential_id.as_ref())?,
            pathway_type: PathwayType::optional(request.pathway_type, "pathwayType")?,
            status: PathwayStatus::optional(request.status, "status")?,
            is_ai_suggested: request.is_ai_suggested,
        };
        let rows = usecase::list::list(&self.state, caller, filter, page).await?;
        Ok(pb::ListPathwaysResponse {
            page: Some(info_to_wire(&rows)),
            pathways: rows.items.into_iter().map(Into::into).collect(),
        })
    }
}

async fn new_pathway(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::CreatePathwayRequest,
) -> Result<pb::CreatePathwayResponse, Failure> {
    let draft = required(request.draft, "draft")?.try_into()?;
    let made = usecase::create::create(transaction, caller, draft).await?;
    Ok(pb::CreatePathwayResponse {
        pathway: Some(made.into()),
    })
}

async fn changed_pathway(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::UpdatePathwayRequest,
) -> Result<pb::UpdatePathwayResponse, Failure> {
    let id = request.id.parse()?;
    let draft = required(request.draft, "draft")?.try_into()?;
    let version = request.expected_version;
    let changed = usecase::update::update(transaction, caller, id, draft, version).await?;
    Ok(pb::UpdatePathwayResponse {
        pathway: Some(changed.into()),
    })
}

async fn withdrawn_pathway(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::DeletePathwayRequest,
) -> Result<pb::DeletePathwayResponse, Failure> {
    let id = request.id.parse()?;
    let version = request.expected_version;
    let withdrawn = usecase::delete::delete(transaction, caller, id, version).await?;
    Ok(pb::DeletePathwayResponse {
        pathway: Some(withdrawn.into()),
    })
}

async fn moved_pathway(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::TransitionPathwayRequest,
) -> Result<pb::TransitionPathwayResponse, Failure> {
    let id = request.id.parse()?;
    let step = PathwayTransition::from_wire(request.transition, "transition")?;
    let (notes, version) = (request.notes, request.expected_version);
    let moved = usecase::transition::transition(transaction, caller, id, step, notes, version);
    Ok(pb::TransitionPathwayResponse {
        pathway: Some(moved.await?.into()),
    })
}
