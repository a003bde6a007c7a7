//! `IndexService`.

use domain::policy::Action;
use protocol::caller::Caller;
use protocol::pb::ai as pb;
use protocol::pb::ai::index_service_server::IndexService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use crate::number::wide;
use crate::state::AppState;

pub(super) struct IndexApi(pub(super) AppState);

#[tonic::async_trait]
impl IndexService for IndexApi {
    /// Services and platform administrators.
    async fn get_index_status(
        &self,
        request: Request<pb::GetIndexStatusRequest>,
    ) -> Result<Response<pb::GetIndexStatusResponse>, Status> {
        let caller = Caller::of(&request)?;
        caller
            .authorize(Action::ReadIndexStatus, None)
            .map_err(into_status)?;
        let state = &self.0;
        Ok(Response::new(pb::GetIndexStatusResponse {
            caught_up: state.progress.is_caught_up(),
            indexed: wide(state.index.len()),
            backlog: wide(state.progress.backlog()),
            model: state.embedder.model().to_owned(),
        }))
    }
}
