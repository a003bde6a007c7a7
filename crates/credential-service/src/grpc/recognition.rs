//! `RecognitionService`.

use domain::Failure;
use domain::vocabulary::RecognitionType;
use futures::FutureExt;
use protocol::Caller;
use protocol::convert::WireEnum;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::convert::value::{optional_date, required};
use protocol::pb::credential as pb;
use protocol::pb::credential::recognition_service_server::RecognitionService;
use tonic::{Request, Response, Status};

use super::{Api, answer, optional_id};
use crate::store::Transaction;
use crate::store::recognitions::{DEFAULT_SORT, RecognitionFilter, SORTABLE};
use crate::usecase::recognition as usecase;

#[tonic::async_trait]
impl RecognitionService for Api {
    async fn list_recognitions(
        &self,
        request: Request<pb::ListRecognitionsRequest>,
    ) -> Result<Response<pb::ListRecognitionsResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.recognitions(&caller, request.into_inner()).await)
    }

    async fn get_recognition(
        &self,
        request: Request<pb::GetRecognitionRequest>,
    ) -> Result<Response<pb::GetRecognitionResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = request
            .into_inner()
            .id
            .parse()
            .map_err(protocol::into_status)?;
        let found = usecase::get::get(&self.state, &caller, id).await;
        answer(found.map(|recognition| pb::GetRecognitionResponse {
            recognition: Some(recognition.into()),
        }))
    }

    async fn create_recognition(
        &self,
        request: Request<pb::CreateRecognitionRequest>,
    ) -> Result<Response<pb::CreateRecognitionResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            new_recognition(transaction, caller, request).boxed()
        })
        .await
    }

    async fn update_recognition(
        &self,
        request: Request<pb::UpdateRecognitionRequest>,
    ) -> Result<Response<pb::UpdateRecognitionResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            changed_recognition(transaction, caller, request).boxed()
        })
        .await
    }

    async fn delete_recognition(
        &self,
        request: Request<pb::DeleteRecognitionRequest>,
    ) -> Result<Response<pb::DeleteRecognitionResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            withdrawn_recognition(transaction, caller, request).boxed()
        })
        .await
    }
}

impl Api {
    async fn recognitions(
        &self,
        caller: &Caller,
        request: pb::ListRecognitionsRequest,
    ) -> Result<pb::ListRecognitionsResponse, Failure> {
        let page = page_from_wire(request.page.as_ref(), SORTABLE, DEFAULT_SORT)?;
        let filter = RecognitionFilter {
            micro_credential_id: optional_id(request.micro_credential_id.as_ref())?,
            recognizing_institution_id: optional_id(request.recognizing_institution_id.as_ref())?,
            recognition_type: RecognitionType::optional(
                request.recognition_type,
                "recognitionType",
            )?,
            is_active: request.is_active,
            on_date: optional_date(request.on_date, "onDate")?,
        };
        let rows = usecase::list::list(&self.state, caller, filter, page).await?;
        Ok(pb::ListRecognitionsResponse {
            page: Some(info_to_wire(&rows)),
            recognitions: rows.items.into_iter().map(Into::into).collect(),
        })
    }
}

async fn new_recognition(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::CreateRecognitionRequest,
) -> Result<pb::CreateRecognitionResponse, Failure> {
    let draft = required(request.draft, "draft")?.try_into()?;
    let made = usecase::create::create(transaction, caller, draft).await?;
    Ok(pb::CreateRecognitionResponse {
        recognition: Some(made.into()),
    })
}

async fn changed_recognition(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::UpdateRecognitionRequest,
) -> Result<pb::UpdateRecognitionResponse, Failure> {
    let id = request.id.parse()?;
    let draft = required(request.draft, "draft")?.try_into()?;
    let version = request.expected_version;
    let changed = usecase::update::update(transaction, caller, id, draft, version).await?;
    Ok(pb::UpdateRecognitionResponse {
        recognition: Some(changed.into()),
    })
}

async fn withdrawn_recognition(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::DeleteRecognitionRequest,
) -> Result<pb::DeleteRecognitionResponse, Failure> {
    let id = request.id.parse()?;
    let version = request.expected_version;
    let withdrawn = usecase::delete::delete(transaction, caller, id, version).await?;
    Ok(pb::DeleteRecognitionResponse {
        recognition: Some(withdrawn.into()),
    })
}
