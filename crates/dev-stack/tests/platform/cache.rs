//! Two gateways before one catalogue: what one changes, both show; what happens to Redis, nobody notices.

use std::path::Path;
use std::time::{Duration, Instant};

use dev_stack::redis::Redis;
use dev_stack::service::RunningService;
use dev_stack::test_database::Template;
use dev_stack::test_services::TestServices;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack, certificates};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const PATIENCE: Duration = Duration::from_secs(30);
/// A change is seen through every gateway within this time.
const CLAIM: Duration = Duration::from_secs(1);
/// Of so many pairs of a write and a read, one in twenty may meet a busy machine.
const PAIRS: usize = 60;
const LIST: &str = "/institutions?limit=1";

async fn second_gateway(stack: &TestStack) -> RunningService {
    gateway_with(stack, "second", &[]).await
}

async fn gateway_with(
    stack: &TestStack,
    name: &str,
    environment: &[(&str, String)],
) -> RunningService {
    let mut platform = stack.platform.clone();
    platform.folder = stack.platform.folder.join(name);
    std::fs::create_dir_all(&platform.folder).unwrap();
    let mut spec = platform
        .api_gateway(0, &stack.credential, "http://127.0.0.1:9")
        .unwrap();
    let more = environment.iter().cloned();
    spec.settings
        .extend(more.map(|(name, value)| (name.to_owned(), value)));
    RunningService::start_ready(spec).await.unwrap()
}

async fn total(reader: &Actor) -> Value {
    let page = reader.get(LIST).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    page.at("/pagination/total").clone()
}

/// Waits until a gateway keeps what it reads.
async fn keeps(reader: &Actor) {
    eventually("the gateway following the feed", PATIENCE, async || {
        let page = reader.get(LIST).await.ok()?;
        page.header("cache-status").contains("hit").then_some(())
    })
    .await
    .unwrap();
}

/// Something that everybody reads, and how it is changed again and again.
struct Shown {
    path: String,
    /// Where in the answer a change is seen.
    member: &'static str,
    change: Change,
}

enum Change {
    /// Gives the object another text in its member.
    Replace(Value, &'static str),
    /// Closes and opens a pathway, so that the list has one less or all of so many.
    Turn(String, u64),
}

impl Shown {
    async fn by(&self, reader: &Actor) -> Value {
        let read = reader.get(&self.path).await.unwrap();
        assert_eq!(read.status, 200, "{}: {}", self.path, read.body);
        read.at(self.member).clone()
    }

    /// Changes it and says what is to be seen from now on.
    async fn change(&self, writer: &Actor, round: usize) -> Value {
        let (written, expected) = match &self.change {
            Change::Replace(body, member) => {
                let mut body = body.clone();
                body[*member] = json!(format!("Version {round}"));
                let written = writer.put(&self.path, &body).await.unwrap();
                (written, body[*member].clone())
            }
            Change::Turn(pathway, all) => {
                let (step, left) = [("suspend", all - 1), ("activate", *all)][round % 2];
                let step = format!("{pathway}/{step}");
                (writer.post(&step, &json!({})).await.unwrap(), json!(left))
            }
        };
        assert_eq!(written.status, 200, "{}: {}", self.path, written.body);
        expected
    }
}

/// An institution, a micro-credential and the pathways, as everybody sees them.
async fn all_shown(admin: &Actor) -> [Shown; 3] {
    let first = async |list: &str| admin.get(list).await.unwrap().at("/data/0").clone();
    let institution = first(LIST).await;
    let offer = first("/credentials?status=PUBLISHED&limit=1").await;
    let pathways = "/pathways?status=ACTIVE&limit=1";
    let active = admin.get(pathways).await.unwrap();
    let path = |list: &str, row: &Value| format!("{list}/{}", row["id"].as_str().unwrap());
    let named = json!({"type": institution["type"], "code": institution["code"]});
    let titled = json!({"programCode": offer["programCode"], "credentialType": offer["credentialType"],
        "outcomes": [{"outcomeText": "Describe a soil", "isCore": true}]});
    let count = active.at("/pagination/total").as_u64().unwrap();
    [
        Shown {
            path: path("/institutions", &institution),
            member: "/data/name",
            change: Change::Replace(named, "name"),
        },
        Shown {
            path: path("/credentials", &offer),
            member: "/data/title",
            change: Change::Replace(titled, "title"),
        },
        Shown {
            path: pathways.to_owned(),
            member: "/pagination/total",
            change: Change::Turn(path("/pathways", active.at("/data/0")), count),
        },
    ]
}

#[tokio::test]
async fn a_change_is_seen_at_once_where_it_was_made_and_within_a_second_elsewhere() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let second = second_gateway(&stack).await;
    let token = stack.token("ADMIN").await.unwrap();
    let urls = [stack.gateway_url().unwrap(), second.url("http").unwrap()];
    let visitors = urls.map(|url| Actor::visiting(&url));
    for visitor in &visitors {
        keeps(visitor).await;
    }
    let admin = visitors[0].clone().with_token(&token);
    let all = all_shown(&admin).await;
    let mut took = Vec::new();

    for pair in 0..PAIRS {
        let (shown, round) = (&all[pair % all.len()], pair / all.len());
        let (here, there) = (&visitors[round % 2], &visitors[1 - round % 2]);
        // Both keep what is about to change.
        let before = (shown.by(here).await, shown.by(there).await);
        let writer = here.clone().with_token(&token);
        let expected = shown.change(&writer, round).await;
        let begun = Instant::now();

        assert_eq!(shown.by(here).await, expected);
        assert!(before.0 == before.1 && before.0 != expected, "{before:?}");
        eventually("the other gateway hearing of it", PATIENCE, async || {
            (shown.by(there).await == expected).then_some(())
        })
        .await
        .unwrap();
        took.push(begun.elapsed());
    }

    took.sort();
    let (median, late) = (took[PAIRS / 2], took[PAIRS * 95 / 100]);
    println!("cache: {PAIRS} pairs, median {median:?}, p95 {late:?}");
    assert!(late <= CLAIM, "{took:?}");
}

#[tokio::test]
async fn a_redis_that_hangs_and_comes_back_costs_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let redis = Redis::start(folder.path()).await.unwrap();
    let mut stack = TestStack::start(Template::Seeded, Parts::Credentials)
        .await
        .unwrap();
    stack.platform.redis_url = Some(redis.url());
    let gateway = second_gateway(&stack).await;
    let visitor = Actor::visiting(&gateway.url("http").unwrap());
    keeps(&visitor).await;
    let redis_process = Pid::from_raw(redis.pid().unwrap().try_into().unwrap());
    let page = visitor.get("/credentials?limit=50").await.unwrap();
    let ids: Vec<String> = page
        .at("/data")
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();

    kill(redis_process, Signal::SIGSTOP).unwrap();
    for id in &ids {
        let read = visitor.get(&format!("/credentials/{id}")).await.unwrap();
        assert_eq!(read.status, 200, "{}", read.body);
    }
    kill(redis_process, Signal::SIGCONT).unwrap();
    for id in &ids {
        let again = visitor.get(&format!("/credentials/{id}")).await.unwrap();
        assert_eq!(again.status, 200, "{}", again.body);
        assert!(again.header("cache-status").contains("hit"));
    }
    redis.stop().await.unwrap();
}

/// Leaves no room for anything new.
async fn fill(redis: &Redis) {
    let url = redis.url();
    let address = url.strip_prefix("redis://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let commands = "CONFIG SET maxmemory-policy noeviction\r\nCONFIG SET maxmemory 1\r\n";
    socket.write_all(commands.as_bytes()).await.unwrap();
    let mut replies = [0; 10];
    socket.read_exact(&mut replies).await.unwrap();
    assert_eq!(&replies, b"+OK\r\n+OK\r\n");
}

#[tokio::test]
async fn a_redis_that_is_full_still_drops_what_changes() {
    let folder = tempfile::tempdir().unwrap();
    let redis = Redis::start(folder.path()).await.unwrap();
    let mut stack = TestStack::start(Template::Seeded, Parts::Credentials)
        .await
        .unwrap();
    stack.platform.redis_url = Some(redis.url());
    let writing = second_gateway(&stack).await;
    let visitor = Actor::visiting(&writing.url("http").unwrap());
    keeps(&visitor).await;
    let before = total(&visitor).await.as_u64().unwrap();
    let account = stack.account("ADMIN", None).unwrap();
    let credentials = json!({"email": account.email, "password": account.password});
    let session = visitor.post("/auth/login", &credentials).await.unwrap();
    let token = session.text("/data/access_token").unwrap();

    fill(&redis).await;
    let body = json!({"name": "New", "type": "COLLEGE", "code": "NEW"});
    let writer = visitor.clone().with_token(&token);
    let written = writer.post("/institutions", &body).await.unwrap();

    assert_eq!(written.status, 201, "{}", written.body);
    assert_eq!(total(&visitor).await, json!(before + 1));
    // A gateway that begins with a full Redis reads the new state too, and keeps it for itself.
    drop(writing);
    let reading = second_gateway(&stack).await;
    let visitor = Actor::visiting(&reading.url("http").unwrap());
    keeps(&visitor).await;
    assert_eq!(total(&visitor).await, json!(before + 1));
    redis.stop().await.unwrap();
}

/// Whether one gateway has what another has read, which only Redis can tell it.
async fn shares(stack: &TestStack, authority: &Path) -> bool {
    let trust = [("SSL_CERT_FILE", authority.display().to_string())];
    let gateways = [
        gateway_with(stack, "first", &trust).await,
        gateway_with(stack, "second", &trust).await,
    ];
    let [here, there] = [0, 1].map(|which| Actor::visiting(&gateways[which].url("http").unwrap()));
    keeps(&here).await;
    keeps(&there).await;
    let paths = (2..12).map(|limit| format!("/institutions?limit={limit}"));
    for path in paths.clone() {
        assert_eq!(here.get(&path).await.unwrap().status, 200);
    }
    let mut shared = false;
    for path in paths {
        let page = there.get(&path).await.unwrap();
        assert_eq!(page.status, 200, "{}", page.body);
        shared |= page.header("cache-status").contains("hit");
    }
    shared
}

#[tokio::test]
async fn redis_over_tls_is_used_when_it_proves_who_it_is() {
    let folder = TestServices::of_this_run().unwrap().own_folder().unwrap();
    certificates::make(&folder).await.unwrap();
    let own = folder.join("redis");
    let redis = Redis::start_with_tls(&own, &folder).await.unwrap();
    let mut stack = TestStack::start(Template::Seeded, Parts::Credentials)
        .await
        .unwrap();
    stack.platform.redis_url = Some(redis.url());

    let trusted = shares(&stack, &folder.join("ca.pem")).await;
    let stranger = shares(&stack, &folder.join("other.pem")).await;

    assert!(trusted && !stranger, "{trusted} {stranger}");
    redis.stop().await.unwrap();
}
