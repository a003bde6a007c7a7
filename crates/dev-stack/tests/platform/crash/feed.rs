//! Somebody who follows the feed while the service behind it is killed.

use std::time::Duration;

use domain::policy::Principal;
use protocol::caller::Outgoing;
use protocol::pb::credential as pb;
use protocol::pb::credential::feed_service_client::FeedServiceClient;
use protocol::token::TokenSigner;
use secrecy::SecretString;
use tokio::sync::mpsc;

/// Follows the feed from its beginning, through every cut, and reports the cursor of each change.
pub(super) async fn follow(
    url: String,
    secret: String,
    changes: mpsc::UnboundedSender<(u64, u64)>,
) {
    let signer = TokenSigner::new(&SecretString::from(secret));
    let mut after = Some(pb::FeedCursor {
        transaction: 0,
        sequence: 0,
    });
    let mut pace = tokio::time::interval(Duration::from_millis(100));
    loop {
        pace.tick().await;
        let token = signer
            .sign(
                &Principal::Service("crash-test".into()),
                Duration::from_secs(300),
            )
            .unwrap();
        let outgoing = Outgoing {
            token,
            ..Outgoing::default()
        };
        let Ok(mut client) = FeedServiceClient::connect(url.clone()).await else {
            continue;
        };
        let Ok(stream) = client
            .watch(
                outgoing
                    .stream_request(pb::WatchRequest {
                        after,
                        changes_only: false,
                    })
                    .unwrap(),
            )
            .await
        else {
            continue;
        };
        let mut stream = stream.into_inner();
        while let Ok(Some(message)) = stream.message().await {
            let Some(pb::watch_response::Message::Change(change)) = message.message else {
                continue;
            };
            let cursor = change.cursor.unwrap();
            assert!(
                after.is_none_or(|last| (last.transaction, last.sequence)
                    < (cursor.transaction, cursor.sequence))
            );
            after = Some(cursor);
            if changes.send((cursor.transaction, cursor.sequence)).is_err() {
                return;
            }
        }
    }
}
