//! `FeedService`.

use protocol::Caller;
use protocol::pb::credential as pb;
use protocol::pb::credential::feed_service_server::FeedService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{Api, answer};
use crate::feed::Start;
use crate::store::outbox_events::Position;

#[tonic::async_trait]
impl FeedService for Api {
    type WatchStream = ReceiverStream<Result<pb::WatchResponse, Status>>;

    async fn watch(
        &self,
        request: Request<pb::WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let caller = Caller::of(&request)?;
        let request = request.into_inner();
        let watched = self
            .state
            .feed
            .watch(&caller, start_of(request), request.changes_only);
        answer(watched.map(ReceiverStream::new))
    }
}

/// Where a follower wants to start.
fn start_of(request: pb::WatchRequest) -> Start {
    match request.after {
        Some(cursor) => Start::After(Position {
            transaction: cursor.transaction,
            sequence: cursor.sequence,
        }),
        None if request.changes_only => Start::Now,
        None => Start::Snapshot,
    }
}
