//! `FeedService`.

use protocol::Caller;
use protocol::pb::credential as pb;
use protocol::pb::credential::feed_service_server::FeedService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{Api, answer};
use crate::store::outbox_events::Position;

#[tonic::async_trait]
impl FeedService for Api {
    type WatchStream = ReceiverStream<Result<pb::WatchResponse, Status>>;

    async fn watch(
        &self,
        request: Request<pb::WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let caller = Caller::of(&request)?;
        let after = request.into_inner().after.map(|cursor| Position {
            transaction: cursor.transaction,
            sequence: cursor.sequence,
        });
        answer(
            self.state
                .feed
                .watch(&caller, after)
                .map(ReceiverStream::new),
        )
    }
}
