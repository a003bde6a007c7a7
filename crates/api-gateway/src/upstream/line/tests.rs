//! A service whose connections break before it answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use protocol::pb::credential as pb;
use protocol::pb::credential::stats_service_client::StatsServiceClient;
use protocol::pb::credential::stats_service_server::{StatsService, StatsServiceServer};
use protocol::pb::credential::webhook_service_client::WebhookServiceClient;
use tokio::net::{TcpListener, TcpStream};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Code, Status};

use super::*;

struct Figures;

#[tonic::async_trait]
impl StatsService for Figures {
    async fn get_stats(
        &self,
        _request: tonic::Request<pb::GetStatsRequest>,
    ) -> Result<tonic::Response<pb::GetStatsResponse>, Status> {
        Ok(tonic::Response::new(pb::GetStatsResponse::default()))
    }
}

/// A door that closes on the first `breaking` connections and leads on to [`Figures`] after; counts all of them.
async fn door(breaking: usize) -> (Peer, Arc<AtomicUsize>) {
    let behind = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let inside = behind.local_addr().unwrap();
    let serving = tonic::transport::Server::builder()
        .add_service(StatsServiceServer::new(Figures))
        .serve_with_incoming(TcpListenerStream::new(behind));
    tokio::spawn(serving);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut outer, _)) = listener.accept().await {
            if counted.fetch_add(1, Ordering::SeqCst) < breaking {
                continue;
            }
            let mut inner = TcpStream::connect(inside).await.unwrap();
            tokio::spawn(async move {
                drop(tokio::io::copy_bidirectional(&mut outer, &mut inner).await);
            });
        }
    });
    (Peer::at("stats", &address).unwrap(), count)
}

async fn read(peer: &Peer) -> Result<(), Code> {
    let asked = StatsServiceClient::new(peer.line())
        .get_stats(pb::GetStatsRequest::default())
        .await;
    asked.map(drop).map_err(|status| status.code())
}

#[tokio::test]
async fn a_read_whose_connection_broke_is_asked_again() {
    let (peer, connections) = door(2).await;

    assert_eq!(read(&peer).await, Ok(()));

    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_change_is_sent_once() {
    let (peer, connections) = door(usize::MAX).await;

    let asked = WebhookServiceClient::new(peer.line())
        .delete_webhook(pb::DeleteWebhookRequest::default())
        .await;

    assert!(asked.is_err());
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_service_that_is_away_is_soon_asked_once_only() {
    let (peer, connections) = door(usize::MAX).await;

    for _ in 0..20 {
        assert!(read(&peer).await.is_err());
    }

    // Ten tokens, one for each failure: the third time, the second and then never again below half of them.
    assert_eq!(connections.load(Ordering::SeqCst), 20 + 2 + 1);
}

#[tokio::test]
async fn calls_move_on_to_another_connection_after_a_while() {
    let (mut peer, connections) = door(0).await;
    for _ in 0..3 {
        assert_eq!(read(&peer).await, Ok(()));
    }
    assert_eq!(
        connections.load(Ordering::SeqCst),
        3,
        "each has a line of its own"
    );

    let one = StatsServiceClient::new(peer.line());
    for _ in 0..3 {
        let asked = one.clone().get_stats(pb::GetStatsRequest::default()).await;
        assert!(asked.is_ok());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 4);

    peer.life = Duration::ZERO;
    let moving = StatsServiceClient::new(peer.line());
    for _ in 0..3 {
        let asked = moving
            .clone()
            .get_stats(pb::GetStatsRequest::default())
            .await;
        assert!(asked.is_ok());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn nothing_is_sent_to_a_service_that_hangs() {
    let (peer, connections) = door(0).await;
    peer.presence().report(false);
    peer.presence().report(false);

    assert_eq!(read(&peer).await, Err(Code::Unavailable));
    let changed = WebhookServiceClient::new(peer.line())
        .delete_webhook(pb::DeleteWebhookRequest::default())
        .await;
    assert_eq!(changed.unwrap_err().code(), Code::Unavailable);
    assert_eq!(connections.load(Ordering::SeqCst), 0);

    peer.presence().report(true);
    assert_eq!(read(&peer).await, Ok(()));
}

#[tokio::test]
async fn a_read_that_waits_is_let_go_when_its_service_hangs() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let peer = Peer::at("stats", &address).unwrap();
    let watching = async {
        // Whoever asks is connected before the service is found to hang.
        let connection = silent.accept().await.unwrap();
        peer.presence().report(false);
        peer.presence().report(false);
        connection
    };

    let (asked, _connection) = tokio::join!(read(&peer), watching);

    assert_eq!(asked, Err(Code::Unavailable));
}

#[test]
fn calls_that_change_something_are_no_reads() {
    for name in ["GetStats", "ListUsers", "SearchCatalogue", "FindSimilar"] {
        assert!(is_read(&format!("/bccb.credential.v1.SomeService/{name}")));
    }
    for name in [
        "SignIn",
        "RefreshSession",
        "UpdateOwnUser",
        "ExportMicroCredentials",
        "ReadReportContent",
        "Watch",
        "VerifyAuditChain",
    ] {
        assert!(!is_read(&format!("/bccb.credential.v1.GetService/{name}")));
    }
}
