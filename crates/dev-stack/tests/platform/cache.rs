//! Two gateways before one catalogue: what one changes, both show; what happens to Redis, nobody notices.

use std::time::Duration;

use dev_stack::redis::Redis;
use dev_stack::service::RunningService;
use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const PATIENCE: Duration = Duration::from_secs(30);
const LIST: &str = "/institutions?limit=1";

async fn second_gateway(stack: &TestStack) -> RunningService {
    let mut platform = stack.platform.clone();
    platform.folder = stack.platform.folder.join("second");
    std::fs::create_dir_all(&platform.folder).unwrap();
    let spec = platform.api_gateway(0, &stack.credential, "http://127.0.0.1:9");
    RunningService::start_ready(spec.unwrap()).await.unwrap()
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

#[tokio::test]
async fn a_change_is_seen_at_once_where_it_was_made_and_soon_everywhere() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let second = second_gateway(&stack).await;
    let first_url = stack.gateway_url().unwrap();
    let second_url = second.url("http").unwrap();
    let token = stack.token("ADMIN").await.unwrap();
    let visitors = [Actor::visiting(&first_url), Actor::visiting(&second_url)];
    for visitor in &visitors {
        keeps(visitor).await;
    }
    let before = total(&visitors[0]).await.as_u64().unwrap();

    for number in 1..=60_u64 {
        let (here, there) = if number % 2 == 0 {
            (&visitors[0], &visitors[1])
        } else {
            (&visitors[1], &visitors[0])
        };
        let body = json!({"name": "New", "type": "COLLEGE", "code": format!("NEW-{number}")});
        let writer = here.clone().with_token(&token);
        let written = writer.post("/institutions", &body).await.unwrap();
        assert_eq!(written.status, 201, "{}", written.body);

        assert_eq!(total(here).await, json!(before + number));
        eventually("the other gateway hearing of it", PATIENCE, async || {
            (total(there).await == json!(before + number)).then_some(())
        })
        .await
        .unwrap();
    }
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
