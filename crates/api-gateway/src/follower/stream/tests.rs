//! The follower against a feed that breaks off, resumes and forgets.

use std::pin::Pin;
use std::sync::Mutex;

use futures::future::BoxFuture;
use futures::{FutureExt as _, Stream};
use protocol::into_status;
use protocol::pb::credential as pb;
use protocol::pb::credential::feed_service_server::{FeedService, FeedServiceServer};
use protocol::pb::credential::{FeedCursor, WatchRequest};
use service_runtime::Shutdown;
use tokio::sync::mpsc;
use tokio_stream::wrappers::{TcpListenerStream, UnboundedReceiverStream};
use tonic::{Request, Response, Status};

use super::*;

const KEY: &str = "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3";
const ID: &str = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";
const LIMIT: Duration = Duration::from_secs(20);

type Sent = Result<WatchResponse, Status>;

/// One connection as the feed sees it.
struct Connection {
    request: WatchRequest,
    outlet: mpsc::UnboundedSender<Sent>,
}

/// A feed whose connections the test plays by hand; a refusal waits for the next one.
#[derive(Clone)]
struct Feed {
    connections: mpsc::UnboundedSender<Connection>,
    refusal: Arc<Mutex<Option<Status>>>,
}

#[tonic::async_trait]
impl FeedService for Feed {
    type WatchStream = Pin<Box<dyn Stream<Item = Sent> + Send>>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        if let Some(refusal) = self.refusal.lock().unwrap().take() {
            return Err(refusal);
        }
        let (outlet, inlet) = mpsc::unbounded_channel();
        let request = request.into_inner();
        self.connections
            .send(Connection { request, outlet })
            .map_err(|_gone| Status::unavailable("the test is over"))?;
        Ok(Response::new(Box::pin(UnboundedReceiverStream::new(inlet))))
    }
}

/// What a listener is told.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Changed(EntityName, bool),
    Missed,
    UpToDate,
}

type EntityName = &'static str;

#[derive(Debug)]
struct Ear(mpsc::UnboundedSender<Heard>);

impl Listener for Ear {
    fn changed<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, ()> {
        for change in changes {
            let heard = Heard::Changed(change.entity_type.as_str(), change.is_new);
            drop(self.0.send(heard));
        }
        async {}.boxed()
    }

    fn missed(&self) -> BoxFuture<'_, ()> {
        drop(self.0.send(Heard::Missed));
        async {}.boxed()
    }

    fn up_to_date(&self) {
        drop(self.0.send(Heard::UpToDate));
    }
}

struct Scene {
    connections: mpsc::UnboundedReceiver<Connection>,
    heard: mpsc::UnboundedReceiver<Heard>,
    feed: Feed,
    shutdown: Shutdown,
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

impl Scene {
    async fn set() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (connections, seen) = mpsc::unbounded_channel();
        let feed = Feed {
            connections,
            refusal: Arc::default(),
        };
        let serving = tonic::transport::Server::builder()
            .add_service(FeedServiceServer::new(feed.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        let channel = protocol::channel::connect(&address).unwrap();
        let (ear, heard) = mpsc::unbounded_channel();
        let shutdown = Shutdown::new();
        let signer = TokenSigner::new(&KEY.into());
        let follower = follower(channel, signer, vec![Arc::new(Ear(ear))]);
        tokio::spawn(follower.run(shutdown.clone().into_begun()));
        Self {
            connections: seen,
            heard,
            feed,
            shutdown,
        }
    }

    async fn connection(&mut self) -> Connection {
        let next = tokio::time::timeout(LIMIT, self.connections.recv());
        next.await.expect("a connection in time").unwrap()
    }

    async fn heard(&mut self) -> Heard {
        let next = tokio::time::timeout(LIMIT, self.heard.recv());
        next.await.expect("news in time").unwrap()
    }
}

const fn at(sequence: u64) -> FeedCursor {
    FeedCursor {
        transaction: 7,
        sequence,
    }
}

fn end(sequence: u64) -> Sent {
    Ok(WatchResponse {
        message: Some(Message::SnapshotEnd(pb::SnapshotEnd {
            cursor: Some(at(sequence)),
        })),
        up_to_date: false,
    })
}

const fn sign() -> Sent {
    Ok(WatchResponse {
        message: None,
        up_to_date: true,
    })
}

fn change(sequence: u64, kind: pb::ChangeKind, id: &str) -> Sent {
    Ok(WatchResponse {
        message: Some(Message::Change(pb::Change {
            cursor: Some(at(sequence)),
            event_type: "credential.updated".into(),
            entity_type: "MICRO_CREDENTIAL".into(),
            entity_id: id.into(),
            kind: kind.into(),
            entity: None,
            revocation: None,
        })),
        up_to_date: false,
    })
}

#[tokio::test]
async fn changes_are_told_and_a_broken_connection_goes_on_where_it_was() {
    let mut scene = Scene::set().await;
    let first = scene.connection().await;
    assert!(first.request.changes_only);
    assert_eq!(first.request.after, None);
    first.outlet.send(end(1)).unwrap();
    assert_eq!(scene.heard().await, Heard::Missed);
    assert_eq!(scene.heard().await, Heard::UpToDate);
    for (sequence, kind, is_new) in [
        (2, pb::ChangeKind::Created, true),
        (3, pb::ChangeKind::Deleted, false),
    ] {
        first.outlet.send(change(sequence, kind, ID)).unwrap();
        let told = Heard::Changed("MICRO_CREDENTIAL", is_new);
        assert_eq!(scene.heard().await, told);
    }

    drop(first);

    let second = scene.connection().await;
    assert_eq!(second.request.after, Some(at(3)));
    // An open connection says nothing yet: what came before a sign of life is told before it counts.
    let newest = change(4, pb::ChangeKind::Updated, ID);
    second.outlet.send(newest).unwrap();
    second.outlet.send(sign()).unwrap();
    let told = Heard::Changed("MICRO_CREDENTIAL", false);
    assert_eq!(scene.heard().await, told);
    assert_eq!(scene.heard().await, Heard::UpToDate);
}

#[tokio::test]
async fn a_place_that_is_not_known_any_more_means_that_changes_were_missed() {
    let mut scene = Scene::set().await;
    let first = scene.connection().await;
    first.outlet.send(end(9)).unwrap();
    assert_eq!(scene.heard().await, Heard::Missed);
    assert_eq!(scene.heard().await, Heard::UpToDate);
    let refusal = Failure::new(domain::ErrorCode::PreconditionFailed, "another database");
    *scene.feed.refusal.lock().unwrap() = Some(into_status(refusal));

    drop(first);

    let again = scene.connection().await;
    assert_eq!(again.request.after, None);
    again.outlet.send(end(1)).unwrap();
    assert_eq!(scene.heard().await, Heard::Missed);
    assert_eq!(scene.heard().await, Heard::UpToDate);
}

#[tokio::test]
async fn a_change_that_cannot_be_read_counts_as_missed() {
    let mut scene = Scene::set().await;
    let connection = scene.connection().await;
    connection.outlet.send(end(1)).unwrap();
    assert_eq!(scene.heard().await, Heard::Missed);
    assert_eq!(scene.heard().await, Heard::UpToDate);

    let unreadable = change(2, pb::ChangeKind::Updated, "no id");
    connection.outlet.send(unreadable).unwrap();

    assert_eq!(scene.heard().await, Heard::Missed);
}
