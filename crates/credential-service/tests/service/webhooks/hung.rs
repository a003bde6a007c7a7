//! A receiver that takes messages and never answers.

use protocol::pb::credential::CredentialTransition;
use tokio::net::TcpListener;

use super::{Bench, create};
use crate::support::credential;

/// Messages to it: at two in ten seconds it has not had all of them for longer than a test waits.
const MESSAGES: i64 = 20;

#[tokio::test]
async fn a_receiver_that_hangs_does_not_hold_up_messages_to_others() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    // The system takes its connections.
    let hung = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", hung.local_addr().unwrap());
    let hung_hook = create(&admin, &url, &["credential.created"]).await.unwrap();
    let hung_hook = hung_hook.webhook.unwrap().id;
    bench.webhook(&admin, &["credential.submitted"]).await;
    let first = admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();
    for number in 2..=MESSAGES {
        let draft = credential(&format!("A-{number}"));
        admin.create_credential(own, draft).await.unwrap();
    }
    bench
        .reached(MESSAGES, "SELECT count(*) FROM webhook_deliveries")
        .await;

    admin
        .step(&first.id, CredentialTransition::Submit)
        .await
        .unwrap();
    let messages = bench.messages(1).await;

    assert_eq!(messages.len(), 1);
    let untried =
        "SELECT count(*) FROM webhook_deliveries WHERE status = 'PENDING' AND attempts = 0";
    assert!(
        bench.service.count(untried).await > 0,
        "it has overtaken those that came before"
    );
    let under_way = format!(
        "SELECT count(*) FROM jobs WHERE lane = 'webhook:{hung_hook}' AND status = 'RUNNING'"
    );
    assert!(bench.service.count(&under_way).await <= 2);
}
