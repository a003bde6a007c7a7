//! `StatsService`.

use protocol::Caller;
use protocol::pb::credential as pb;
use protocol::pb::credential::stats_service_server::StatsService;
use tonic::{Request, Response, Status};

use super::{Api, answer, optional_id};
use crate::usecase::stats;

#[tonic::async_trait]
impl StatsService for Api {
    async fn get_stats(
        &self,
        request: Request<pb::GetStatsRequest>,
    ) -> Result<Response<pb::GetStatsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let institution = optional_id(request.into_inner().institution_id.as_ref())
            .map_err(protocol::into_status)?;
        let counted = stats::get(&self.state, &caller, institution).await;
        answer(counted.map(|stats| pb::GetStatsResponse {
            stats: Some(stats.into()),
        }))
    }
}
