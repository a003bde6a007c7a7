//! `kill -9` of each service in turn during 1,000 writes: rows, audit entries, events and index still agree.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use domain::policy::Principal;
use protocol::caller::Outgoing;
use protocol::pb::credential as pb;
use protocol::pb::credential::feed_service_client::FeedServiceClient;
use protocol::token::TokenSigner;
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::mpsc;

const CREDENTIALS: usize = 250;
const WRITES: usize = CREDENTIALS * 4;
const WRITERS: usize = 5;

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn progress(done: &AtomicUsize) -> usize {
    AtomicUsize::load(done, Ordering::Relaxed)
}

async fn count(stack: &TestStack, what: &str) -> i64 {
    let mut connection = stack.database.connect().await.unwrap();
    let row: Count = diesel::sql_query(format!("SELECT count(*) AS count FROM {what}"))
        .get_result(&mut connection)
        .await
        .unwrap();
    row.count
}

/// Keeps asking until the write is done or is found to have been done: a cut connection does not say which.
async fn insist(
    actor: &Actor,
    path: &str,
    body: &serde_json::Value,
    done: &AtomicUsize,
) -> Option<serde_json::Value> {
    let answer = eventually(
        "a write being answered",
        Duration::from_secs(60),
        async || {
            let answer = actor.post(path, body).await.ok()?;
            (answer.status < 500).then_some(answer)
        },
    )
    .await
    .unwrap();
    done.fetch_add(1, Ordering::Relaxed);
    assert!(
        [200, 201, 409].contains(&answer.status),
        "{path}: {} {}",
        answer.status,
        answer.body
    );
    (answer.status != 409).then(|| answer.at("/data").clone())
}

async fn write_share(actor: Actor, institution: String, share: usize, done: &AtomicUsize) {
    for number in 0..CREDENTIALS / WRITERS {
        let code = format!("CRASH-{share}-{number}");
        let title = format!("Workshop {number} of series {share}");
        let body = json!({
            "institutionId": institution, "title": title, "programCode": code, "credentialType": "BADGE",
            "outcomes": [{"outcomeText": format!("Repair device {number} of family {share}"), "isCore": true}]
        });
        let id = match insist(&actor, "/credentials", &body, done).await {
            Some(created) => created["id"].as_str().unwrap().to_owned(),
            None => eventually(
                "reading back what was written",
                Duration::from_secs(60),
                async || {
                    actor
                        .get(&format!("/credentials?search={code}"))
                        .await
                        .ok()?
                        .text("/data/0/id")
                        .ok()
                },
            )
            .await
            .unwrap(),
        };
        for step in ["submit", "publish"] {
            insist(
                &actor,
                &format!("/credentials/{id}/{step}"),
                &json!({}),
                done,
            )
            .await;
        }
        let recognizer = json!({"name": format!("Partner {share} {number}"), "type": "EXTERNAL", "code": format!("P-{share}-{number}")});
        insist(&actor, "/institutions", &recognizer, done).await;
    }
}

/// Follows the feed from its beginning, through every cut, and reports the cursor of each change.
async fn follow(url: String, secret: String, changes: mpsc::UnboundedSender<(u64, u64)>) {
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

/// Kills each service in turn, as the writes reach each fifth, and starts it again.
async fn kill_in_turn(stack: &mut TestStack, done: &AtomicUsize) {
    for (at, victim) in [(WRITES / 5, 0), (WRITES * 2 / 5, 1), (WRITES * 3 / 5, 2)] {
        eventually(
            "the writes going on",
            Duration::from_secs(120),
            async || (progress(done) >= at).then_some(()),
        )
        .await
        .unwrap();
        let service = match victim {
            0 => &mut stack.credential,
            1 => stack.ai.as_mut().unwrap(),
            _ => stack.gateway.as_mut().unwrap(),
        };
        service.kill().await.unwrap();
        service.restart().await.unwrap();
    }
}

async fn rows_entries_and_events_agree(stack: &TestStack) {
    for (table, kind) in [
        ("micro_credentials", "MICRO_CREDENTIAL"),
        ("institutions", "INSTITUTION"),
    ] {
        let rows = count(stack, table).await;
        let entries = count(
            stack,
            &format!("audit_logs WHERE entity_type = '{kind}' AND action = 'CREATE'"),
        )
        .await;
        let events = count(
            stack,
            &format!("outbox_events WHERE entity_type = '{kind}' AND kind = 'CREATED'"),
        )
        .await;
        assert_eq!(
            (rows, rows),
            (entries, events),
            "{table}: rows, audit entries, events"
        );
    }
}

/// The index holds these very offers, not only as many.
async fn each_offer_is_found(actor: &Actor) {
    let mut checked = 0;
    for page in 1..=CREDENTIALS.div_ceil(100) {
        let path = format!("/credentials?search=CRASH-&limit=100&page={page}");
        for offer in actor
            .get(&path)
            .await
            .unwrap()
            .at("/data")
            .as_array()
            .unwrap()
        {
            // The titles differ by a number only, and the text index may commit a second later.
            let question = json!({"query": offer["title"], "limit": 100});
            eventually(
                "the offer being found",
                Duration::from_secs(20),
                async || {
                    let found = actor.post("/ai/search/semantic", &question).await.ok()?;
                    let results = found.at("/data/results").as_array()?;
                    let mut ids = results.iter().map(|result| &result["microCredentialId"]);
                    ids.any(|id| *id == offer["id"]).then_some(())
                },
            )
            .await
            .unwrap();
            checked += 1;
        }
    }
    assert_eq!(checked, CREDENTIALS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_services_are_killed_during_a_thousand_writes() {
    let mut stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let institution = admin
        .get("/institutions?limit=1")
        .await
        .unwrap()
        .text("/data/0/id")
        .unwrap();
    let (sender, mut changes) = mpsc::unbounded_channel();
    let follower = tokio::spawn(follow(
        stack.credential.url("grpc").unwrap(),
        stack.platform.jwt_secret.clone(),
        sender,
    ));
    let done = AtomicUsize::new(0);

    let writers =
        (0..WRITERS).map(|share| write_share(admin.clone(), institution.clone(), share, &done));
    futures::future::join(
        futures::future::join_all(writers),
        kill_in_turn(&mut stack, &done),
    )
    .await;

    assert_eq!(progress(&done), WRITES);
    let written = count(
        &stack,
        "micro_credentials WHERE program_code LIKE 'CRASH-%' AND status = 'PUBLISHED'",
    )
    .await;
    assert_eq!(usize::try_from(written).unwrap(), CREDENTIALS);
    rows_entries_and_events_agree(&stack).await;
    let events = usize::try_from(count(&stack, "outbox_events").await).unwrap();
    let mut seen = BTreeSet::new();
    while seen.len() < events {
        seen.insert(
            tokio::time::timeout(Duration::from_secs(30), changes.recv())
                .await
                .unwrap()
                .unwrap(),
        );
    }
    follower.abort();
    let published = u64::try_from(
        count(
            &stack,
            "micro_credentials WHERE status = 'PUBLISHED' AND is_active",
        )
        .await,
    )
    .unwrap();
    eventually(
        "the index equalling the database",
        Duration::from_secs(120),
        async || {
            let health = stack.index_caught_up().await.ok()?;
            (health.indexed == published).then_some(())
        },
    )
    .await
    .unwrap();
    each_offer_is_found(&admin).await;
}
