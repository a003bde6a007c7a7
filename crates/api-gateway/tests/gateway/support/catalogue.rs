//! A catalogue of one institution that counts its readers, can hold them up, can go away, and tells of its changes.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::Failure;
use domain::vocabulary::InstitutionType;
use futures::Stream;
use prost_types::Timestamp;
use protocol::convert::WireEnum as _;
use protocol::into_status;
use protocol::pb::common;
use protocol::pb::credential as pb;
use protocol::pb::credential::account_service_server::AccountServiceServer;
use protocol::pb::credential::feed_service_server::{FeedService, FeedServiceServer};
use protocol::pb::credential::institution_service_server::{
    InstitutionService, InstitutionServiceServer,
};
use protocol::pb::credential::watch_response::Message;
use protocol::server::Authenticator;
use protocol::token::TokenVerifier;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::{TcpListenerStream, UnboundedReceiverStream};
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use super::services::{Double, INSTITUTION_ID, Mood};

type Sent = Result<pb::WatchResponse, Status>;

#[derive(Debug)]
struct State {
    accounts: Double,
    name: Mutex<String>,
    reads: AtomicUsize,
    gate: watch::Sender<bool>,
    is_away: AtomicBool,
    followers: Mutex<Vec<mpsc::UnboundedSender<Sent>>>,
    has_feed: AtomicBool,
    sequence: AtomicU64,
}

/// The catalogue; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue(Arc<State>);

impl Catalogue {
    /// Starts it; the address is for the settings.
    pub(crate) async fn start() -> (Self, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let accounts = Double::new(Mood::Well);
        let catalogue = Self(Arc::new(State {
            accounts: accounts.clone(),
            name: Mutex::new("First".into()),
            reads: AtomicUsize::new(0),
            gate: watch::Sender::new(true),
            is_away: AtomicBool::new(false),
            followers: Mutex::default(),
            has_feed: AtomicBool::new(true),
            sequence: AtomicU64::new(1),
        }));
        let guard = Authenticator::new(TokenVerifier::new(&super::KEY.into(), None));
        let (_reporter, health) = tonic_health::server::health_reporter();
        let serving = Server::builder()
            .add_service(health)
            .add_service(AccountServiceServer::with_interceptor(
                accounts,
                guard.clone(),
            ))
            .add_service(InstitutionServiceServer::with_interceptor(
                catalogue.clone(),
                guard.clone(),
            ))
            .add_service(FeedServiceServer::with_interceptor(
                catalogue.clone(),
                guard,
            ))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        (catalogue, address)
    }

    /// Its people and their sessions.
    pub(crate) fn accounts(&self) -> &Double {
        &self.0.accounts
    }

    /// How often it was read.
    pub(crate) fn reads(&self) -> usize {
        self.0.reads.load(Ordering::SeqCst)
    }

    /// Renames the institution behind everybody's back.
    pub(crate) fn rename(&self, name: &str) {
        *self.0.name.lock().unwrap() = name.into();
    }

    /// Lets readers through, or keeps them waiting with what they have already read.
    pub(crate) fn open_gate(&self, open: bool) {
        self.0.gate.send_replace(open);
    }

    /// Goes away, or comes back.
    pub(crate) fn set_away(&self, away: bool) {
        self.0.is_away.store(away, Ordering::SeqCst);
    }

    /// Tells followers that the institution has changed.
    pub(crate) fn announce(&self) {
        let change = pb::Change {
            cursor: Some(self.cursor()),
            event_type: "institution.updated".into(),
            entity_type: "INSTITUTION".into(),
            entity_id: INSTITUTION_ID.into(),
            kind: pb::ChangeKind::Updated.into(),
            entity: None,
            revocation: None,
        };
        let followers = self.0.followers.lock().unwrap();
        for follower in followers.iter() {
            drop(follower.send(Ok(message(Message::Change(change.clone())))));
        }
    }

    /// Cuts the feed off, or offers it again.
    pub(crate) fn set_feed(&self, has_feed: bool) {
        self.0.has_feed.store(has_feed, Ordering::SeqCst);
        if !has_feed {
            self.0.followers.lock().unwrap().clear();
        }
    }

    fn cursor(&self) -> pb::FeedCursor {
        pb::FeedCursor {
            transaction: 1,
            sequence: self.0.sequence.fetch_add(1, Ordering::SeqCst),
        }
    }

    fn institution(&self) -> pb::Institution {
        let moment = Some(Timestamp {
            seconds: 1_795_459_200,
            nanos: 0,
        });
        pb::Institution {
            id: INSTITUTION_ID.into(),
            fields: Some(pb::InstitutionDraft {
                name: self.0.name.lock().unwrap().clone(),
                r#type: InstitutionType::College.to_wire(),
                code: "SAMPLE".into(),
                country: "Canada".into(),
                ..pb::InstitutionDraft::default()
            }),
            is_active: true,
            created_at: moment,
            updated_at: moment,
            version: 1,
        }
    }

    /// Reads, then waits at the gate with what was read.
    async fn read(&self) -> Result<pb::Institution, Status> {
        if self.0.is_away.load(Ordering::SeqCst) {
            return Err(into_status(Failure::unavailable("the database is away")));
        }
        let read = self.institution();
        self.0.reads.fetch_add(1, Ordering::SeqCst);
        let mut gate = self.0.gate.subscribe();
        drop(gate.wait_for(|open| *open).await);
        Ok(read)
    }
}

const fn message(message: Message) -> pb::WatchResponse {
    pb::WatchResponse {
        message: Some(message),
        up_to_date: false,
    }
}

/// Gives a follower signs of life until its stream ends.
async fn give_signs(outlet: mpsc::WeakUnboundedSender<Sent>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    while let Some(outlet) = outlet.upgrade() {
        let sign = pb::WatchResponse {
            message: None,
            up_to_date: true,
        };
        drop(outlet.send(Ok(sign)));
        drop(outlet);
        ticks.tick().await;
    }
}

#[tonic::async_trait]
impl InstitutionService for Catalogue {
    async fn list_institutions(
        &self,
        _request: Request<pb::ListInstitutionsRequest>,
    ) -> Result<Response<pb::ListInstitutionsResponse>, Status> {
        Ok(Response::new(pb::ListInstitutionsResponse {
            institutions: vec![self.read().await?],
            page: Some(common::PageInfo {
                page: 1,
                limit: 20,
                total: 1,
                next_cursor: None,
            }),
        }))
    }

    async fn get_institution(
        &self,
        _request: Request<pb::GetInstitutionRequest>,
    ) -> Result<Response<pb::GetInstitutionResponse>, Status> {
        Ok(Response::new(pb::GetInstitutionResponse {
            institution: Some(self.read().await?),
            stats: Some(pb::InstitutionStats::default()),
        }))
    }

    async fn create_institution(
        &self,
        request: Request<pb::CreateInstitutionRequest>,
    ) -> Result<Response<pb::CreateInstitutionResponse>, Status> {
        let draft = request.into_inner().draft.unwrap();
        self.rename(&draft.name);
        Ok(Response::new(pb::CreateInstitutionResponse {
            institution: Some(self.institution()),
        }))
    }

    async fn update_institution(
        &self,
        request: Request<pb::UpdateInstitutionRequest>,
    ) -> Result<Response<pb::UpdateInstitutionResponse>, Status> {
        let draft = request.into_inner().draft.unwrap();
        self.rename(&draft.name);
        Ok(Response::new(pb::UpdateInstitutionResponse {
            institution: Some(self.institution()),
        }))
    }

    async fn delete_institution(
        &self,
        _request: Request<pb::DeleteInstitutionRequest>,
    ) -> Result<Response<pb::DeleteInstitutionResponse>, Status> {
        Ok(Response::new(pb::DeleteInstitutionResponse {
            institution: Some(self.institution()),
        }))
    }
}

#[tonic::async_trait]
impl FeedService for Catalogue {
    type WatchStream = Pin<Box<dyn Stream<Item = Sent> + Send>>;

    async fn watch(
        &self,
        _request: Request<pb::WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        if !self.0.has_feed.load(Ordering::SeqCst) {
            return Err(into_status(Failure::unavailable("there is no feed")));
        }
        let (outlet, inlet) = mpsc::unbounded_channel();
        let end = pb::SnapshotEnd {
            cursor: Some(self.cursor()),
        };
        drop(outlet.send(Ok(message(Message::SnapshotEnd(end)))));
        tokio::spawn(give_signs(outlet.downgrade()));
        self.0.followers.lock().unwrap().push(outlet);
        Ok(Response::new(Box::pin(UnboundedReceiverStream::new(inlet))))
    }
}
