//! A change feed whose entities a test chooses. It speaks the real protocol over a real connection.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use domain::policy::{Action, Principal, authorize};
use domain::vocabulary::EntityType;
use domain::{ErrorCode, Failure};
use futures::{Stream, StreamExt};
use protocol::caller::Caller;
use protocol::convert::feed::Entity;
use protocol::pb::credential::feed_service_server::{FeedService, FeedServiceServer};
use protocol::pb::credential::watch_response::Message;
use protocol::pb::credential::{
    Change, ChangeKind, FeedCursor, SnapshotEnd, WatchRequest, WatchResponse,
};
use protocol::server::Authenticator;
use protocol::status::into_status;
use protocol::token::TokenVerifier;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::ReceiverStream;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::stack::secret;

/// What the feed knows, shared by all its connections.
#[derive(Clone)]
pub(crate) struct Feed {
    state: Arc<Mutex<State>>,
    /// Grows with every change; connections look again.
    news: watch::Sender<u64>,
    /// Grows to end every connection.
    cuts: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    snapshot: Vec<Entity>,
    changes: Vec<Change>,
    asked: Vec<Option<FeedCursor>>,
    refuses_cursors: bool,
}

impl Feed {
    pub(crate) fn new(snapshot: Vec<Entity>) -> Self {
        let state = State {
            snapshot,
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            news: watch::Sender::new(0),
            cuts: watch::Sender::new(0),
        }
    }

    /// Serves on a port of its own until the test ends.
    pub(crate) async fn serve_anywhere(&self) -> SocketAddr {
        self.serve_at("127.0.0.1:0".parse().unwrap()).await
    }

    /// Serves at an address until the test ends.
    pub(crate) async fn serve_at(&self, address: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let authenticator = Authenticator::new(TokenVerifier::new(&secret(), None));
        let service = InterceptedService::new(FeedServiceServer::new(self.clone()), authenticator);
        tokio::spawn(
            Server::builder()
                .add_service(service)
                .serve_with_incoming(TcpIncoming::from(listener)),
        );
        address
    }

    /// Records that an object is now so.
    pub(crate) fn publish(&self, entity: Entity) {
        let (entity_type, entity_id) = match &entity {
            Entity::Institution(it) => (EntityType::Institution, it.id.to_string()),
            Entity::MicroCredential(it) => (EntityType::MicroCredential, it.id.to_string()),
            Entity::Recognition(it) => (EntityType::Recognition, it.id.to_string()),
            Entity::Pathway(it) => (EntityType::Pathway, it.id.to_string()),
        };
        self.push(entity_type, entity_id, ChangeKind::Updated, Some(entity));
    }

    /// Records that an offer is gone.
    pub(crate) fn delete(&self, id: &str) {
        self.push(
            EntityType::MicroCredential,
            id.to_owned(),
            ChangeKind::Deleted,
            None,
        );
    }

    fn push(
        &self,
        entity_type: EntityType,
        entity_id: String,
        kind: ChangeKind,
        entity: Option<Entity>,
    ) {
        let mut state = self.state.lock().unwrap();
        let sequence = u64::try_from(state.changes.len()).unwrap() + 1;
        state.changes.push(Change {
            cursor: Some(FeedCursor {
                transaction: 100 + sequence,
                sequence,
            }),
            event_type: "test".into(),
            entity_type: entity_type.as_str().into(),
            entity_id,
            kind: kind.into(),
            entity: entity.map(Into::into),
            revocation: None,
        });
        self.news.send_modify(|news| *news += 1);
    }

    /// Changes what a snapshot says, without telling anybody.
    pub(crate) fn set_snapshot(&self, snapshot: Vec<Entity>) {
        self.state.lock().unwrap().snapshot = snapshot;
    }

    /// From now on, knows no cursor.
    pub(crate) fn refuse_cursors(&self) {
        self.state.lock().unwrap().refuses_cursors = true;
    }

    /// Ends every connection.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Where each connection asked to begin.
    pub(crate) fn asked(&self) -> Vec<Option<FeedCursor>> {
        self.state.lock().unwrap().asked.clone()
    }
}

fn place(cursor: FeedCursor) -> (u64, u64) {
    (cursor.transaction, cursor.sequence)
}

#[tonic::async_trait]
impl FeedService for Feed {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<WatchResponse, Status>> + Send>>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let caller = Caller::of(&request)?;
        authorize(&caller.principal, Action::FollowFeed, None).map_err(into_status)?;
        assert_eq!(caller.principal, Principal::Service("ai-service".into()));
        let after = request.into_inner().after;
        let (mut news, mut cuts) = (self.news.subscribe(), self.cuts.subscribe());
        let (sender, receiver) = tokio::sync::mpsc::channel(16);
        let feed = self.clone();
        let (first, mut sent) = {
            let mut state = feed.state.lock().unwrap();
            state.asked.push(after);
            if after.is_some() && state.refuses_cursors {
                let old = ErrorCode::PreconditionFailed;
                return Err(into_status(Failure::new(old, "the cursor is too old")));
            }
            match after {
                Some(after) => (Vec::new(), place(after)),
                None => {
                    let last = state.changes.last().and_then(|change| change.cursor);
                    let end = last.unwrap_or_default();
                    let entities = state.snapshot.iter().cloned();
                    let mut first: Vec<Message> = entities
                        .map(|entity| Message::Snapshot(entity.into()))
                        .collect();
                    first.push(Message::SnapshotEnd(SnapshotEnd { cursor: Some(end) }));
                    (first, place(end))
                }
            }
        };
        tokio::spawn(async move {
            let mut messages = first;
            loop {
                for message in messages.drain(..) {
                    let message = WatchResponse {
                        message: Some(message),
                        up_to_date: false,
                    };
                    if sender.send(Ok(message)).await.is_err() {
                        return;
                    }
                }
                news.borrow_and_update();
                for change in &feed.state.lock().unwrap().changes {
                    let at = place(change.cursor.unwrap());
                    if at > sent {
                        sent = at;
                        messages.push(Message::Change(change.clone()));
                    }
                }
                if messages.is_empty() {
                    tokio::select! {
                        // What happens after a cut belongs to the next connection.
                        biased;
                        _ = cuts.changed() => {
                            drop(sender.send(Err(Status::unavailable("cut"))).await);
                            return;
                        }
                        _ = news.changed() => {}
                    }
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver).boxed()))
    }
}
