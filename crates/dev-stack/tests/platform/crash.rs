//! `kill -9` of each service in turn, again and again, during 1,000 writes: rows, audit entries, events and index still
//! agree, and each write has been done once, however often it had to be sent.

mod feed;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use self::feed::follow;

const CREDENTIALS: usize = 250;
const WRITES: usize = CREDENTIALS * 4;
const WRITERS: usize = 5;
const KILLS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// What the writers have done so far.
#[derive(Debug, Default)]
struct Tally {
    /// How many writes were answered.
    done: AtomicUsize,
    /// Of these, the names of those that were sent more than once, and when they were sent last.
    repeated: Mutex<Vec<(String, f64)>>,
}

impl Tally {
    fn done(&self) -> usize {
        AtomicUsize::load(&self.done, Ordering::Relaxed)
    }
}

fn seconds() -> f64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64()
}

async fn count(stack: &TestStack, what: &str) -> i64 {
    let mut connection = stack.database.connect().await.unwrap();
    let row: Count = diesel::sql_query(format!("SELECT count(*) AS count FROM {what}"))
        .get_result(&mut connection)
        .await
        .unwrap();
    row.count
}

/// Sends a write under its name until it is answered. A cut connection does not say whether the change was made; whether it
/// was or not, the answer is that of a write that was sent once.
async fn insist(actor: &Actor, name: &str, path: &str, body: &Value, tally: &Tally) -> Value {
    let named = actor.clone().with_header("Idempotency-Key", name);
    let mut sent = 0;
    let mut last = seconds();
    let answer = eventually("a write being answered", PATIENCE, async || {
        sent += 1;
        last = seconds();
        let answer = named.post(path, body).await.ok()?;
        (answer.status < 500).then_some(answer)
    })
    .await
    .unwrap();
    assert!(
        [200, 201].contains(&answer.status),
        "{path}, sent {sent} times: {} {}",
        answer.status,
        answer.body
    );
    tally.done.fetch_add(1, Ordering::Relaxed);
    if sent > 1 {
        tally.repeated.lock().unwrap().push((name.to_owned(), last));
        let again = eventually("a repeat being answered", PATIENCE, async || {
            let again = named.post(path, body).await.ok()?;
            (again.status < 500).then_some(again)
        })
        .await
        .unwrap();
        assert_eq!(
            (again.status, again.at("/data")),
            (answer.status, answer.at("/data")),
            "{path}"
        );
    }
    answer.at("/data").clone()
}

async fn write_share(actor: Actor, institution: String, share: usize, tally: &Tally) {
    for number in 0..CREDENTIALS / WRITERS {
        let code = format!("CRASH-{share}-{number}");
        let title = format!("Workshop {number} of series {share}");
        let body = json!({
            "institutionId": institution, "title": title, "programCode": code, "credentialType": "BADGE",
            "outcomes": [{"outcomeText": format!("Repair device {number} of family {share}"), "isCore": true}]
        });
        let insist = async |step: &str, path: &str, body: &Value| {
            insist(&actor, &format!("{code}-{step}"), path, body, tally).await
        };
        let created = insist("create", "/credentials", &body).await;
        let id = created["id"].as_str().unwrap();
        for step in ["submit", "publish"] {
            let path = format!("/credentials/{id}/{step}");
            insist(step, &path, &json!({})).await;
        }
        let recognizer = json!({"name": format!("Partner {share} {number}"), "type": "EXTERNAL", "code": format!("P-{share}-{number}")});
        insist("partner", "/institutions", &recognizer).await;
    }
}

/// Kills each service in turn, as the writes go on, and starts it again.
async fn kill_in_turn(stack: &mut TestStack, tally: &Tally) {
    for kill in 1..=KILLS {
        let at = WRITES * kill / (KILLS + 1);
        eventually(
            "the writes going on",
            Duration::from_secs(120),
            async || (tally.done() >= at).then_some(()),
        )
        .await
        .unwrap();
        // The AI service takes no part in a write, and takes long to start.
        let service = match kill {
            7 | 14 => stack.ai.as_mut().unwrap(),
            odd if odd % 2 == 1 => &mut stack.credential,
            _even => stack.gateway.as_mut().unwrap(),
        };
        service.kill().await.unwrap();
        service.restart().await.unwrap();
    }
}

/// Every answer is kept, also those that a kill has lost on their way.
async fn each_name_was_used_once(stack: &TestStack, tally: &Tally) -> String {
    let kept = "idempotency_keys WHERE response IS NOT NULL AND key LIKE 'CRASH-%'";
    assert_eq!(
        usize::try_from(count(stack, kept).await).unwrap(),
        WRITES,
        "answers that are kept"
    );
    let repeated = tally.repeated.lock().unwrap().clone();
    let mut lost = 0;
    for (name, last) in &repeated {
        let before = format!(
            "idempotency_keys WHERE key = '{name}' AND extract(epoch FROM created_at) < {last}"
        );
        lost += count(stack, &before).await;
    }
    assert!(repeated.len() >= KILLS / 2, "the kills met no writes");
    format!(
        "{} writes sent again, {lost} of them after they had been done",
        repeated.len()
    )
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
    let tally = Tally::default();
    let writers =
        (0..WRITERS).map(|share| write_share(admin.clone(), institution.clone(), share, &tally));
    futures::future::join(
        futures::future::join_all(writers),
        kill_in_turn(&mut stack, &tally),
    )
    .await;

    assert_eq!(tally.done(), WRITES);
    let repeats = each_name_was_used_once(&stack, &tally).await;
    println!("crash: {KILLS} kills, {repeats}");
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
