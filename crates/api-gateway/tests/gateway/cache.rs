//! What is kept, for whom, and when it is dropped.

use std::time::Duration;

use api_gateway::Settings;
use domain::vocabulary::UserRole;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use crate::support::catalogue::Catalogue;
use crate::support::redis::{entries, redis_of_its_own, set, shared_redis};
use crate::support::services::INSTITUTION_ID;
use crate::support::{Ask, Gateway, Reply, settings, token, with_json, with_token};

const LIST: &str = "/api/v1/institutions";
const PATIENCE: Duration = Duration::from_secs(30);

fn one() -> String {
    format!("/api/v1/institutions/{INSTITUTION_ID}")
}

fn keeping(address: &str) -> Settings {
    Settings {
        credential_service_url: address.to_owned(),
        cache_max_bytes: 1_048_576,
        ..settings()
    }
}

fn name(reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let json = reply.json();
    let row = json["data"].get(0).unwrap_or(&json["data"]).clone();
    row["name"].as_str().unwrap().to_owned()
}

fn is_hit(reply: &Reply) -> bool {
    reply.header("cache-status").starts_with("bccb; hit; ttl=")
}

/// Asks until an answer is as it should be.
async fn until(gateway: &Gateway, path: &str, right: impl Fn(&Reply) -> bool) -> Reply {
    let asking = async {
        loop {
            let reply = gateway.get(path).await;
            if right(&reply) {
                return reply;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, asking)
        .await
        .expect("the right answer in time")
}

/// A gateway that follows the feed, so that it keeps what it reads.
async fn following(address: &str) -> Gateway {
    follow(Gateway::start(keeping(address))).await
}

async fn follow(gateway: Gateway) -> Gateway {
    let probe = format!("{LIST}?search=probe");
    until(&gateway, &probe, is_hit).await;
    gateway
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_once_is_kept_and_says_so() {
    let (catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;
    let before = catalogue.reads();

    let first = gateway.get(&one()).await;
    let second = gateway.get(&one()).await;

    assert_eq!(first.header("cache-status"), "bccb; fwd=miss; stored");
    assert!(is_hit(&second), "{}", second.header("cache-status"));
    assert_eq!(second.header("age"), "0");
    assert_eq!(first.json()["data"], second.json()["data"]);
    assert_eq!(catalogue.reads(), before + 1);
    let lasting = second.header("cache-control");
    assert!(lasting.starts_with("public, max-age=1"), "{lasting}");
    let varies: Vec<_> = second.headers.get_all("vary").iter().collect();
    assert!(format!("{varies:?}").contains("Authorization, Cookie"));

    let known = Ask::default().header("if-none-match", second.header("etag"));
    let unchanged = gateway.ask(Method::GET, &one(), known).await;
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    assert_eq!(unchanged.text, "");
    assert_eq!(unchanged.header("etag"), second.header("etag"));
    let head = gateway.ask(Method::HEAD, &one(), Ask::default()).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_share_what_visitors_see_unless_they_may_see_drafts() {
    let (catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;
    gateway.get(&one()).await;
    let before = catalogue.reads();

    let student = with_token(&token(UserRole::User));
    let student = gateway.ask(Method::GET, &one(), student).await;
    let admin = with_token(&token(UserRole::Admin));
    let admin = gateway.ask(Method::GET, &one(), admin).await;

    assert!(is_hit(&student));
    assert_eq!(student.header("cache-control"), "no-store");
    assert_eq!(admin.header("cache-status"), "bccb; fwd=bypass");
    assert_eq!(admin.header("cache-control"), "no-store");
    assert_eq!(catalogue.reads(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_who_ask_at_once_cost_one_read() {
    let (catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;
    let before = catalogue.reads();
    catalogue.open_gate(false);

    let path = one();
    let asking = join_all((0..500).map(|_| gateway.get(&path)));
    let opening = async {
        // The first reader is at the gate; the others are on their way or wait for it.
        while catalogue.reads() == before {
            tokio::task::yield_now().await;
        }
        catalogue.open_gate(true);
    };
    let (replies, ()) = tokio::join!(asking, opening);

    assert!(replies.iter().all(|reply| name(reply) == "First"));
    assert_eq!(catalogue.reads(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_through_this_gateway_is_seen_at_once() {
    let (_catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;
    let admin = token(UserRole::Admin);

    for number in 0..50 {
        let new = format!("Name {number}");
        gateway.get(&one()).await;
        gateway.get(LIST).await;
        let body = format!(r#"{{"name":"{new}","type":"COLLEGE","code":"C{number}"}}"#);
        let written = gateway
            .ask(Method::POST, LIST, with_json(body).signed(&admin))
            .await;
        assert_eq!(written.status, StatusCode::CREATED, "{}", written.text);

        assert_eq!(name(&gateway.get(&one()).await), new);
        assert_eq!(name(&gateway.get(LIST).await), new);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_began_before_a_change_is_not_kept_after_it() {
    let (catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;
    let before = catalogue.reads();
    catalogue.open_gate(false);

    let path = one();
    let changing = async {
        while catalogue.reads() == before {
            tokio::task::yield_now().await;
        }
        let body = r#"{"name":"Second","type":"COLLEGE","code":"TWO"}"#;
        let ask = with_json(body).signed(&token(UserRole::Admin));
        let written = gateway.ask(Method::POST, LIST, ask).await;
        assert_eq!(written.status, StatusCode::CREATED);
        // Somebody who knows of the change joins while the old read is still on its way.
        let later = gateway.get(&path);
        let opening = async { catalogue.open_gate(true) };
        tokio::join!(later, opening).0
    };
    let (slow, later) = tokio::join!(gateway.get(&path), changing);

    assert_eq!(name(&slow), "First");
    assert_eq!(name(&later), "Second");
    assert_eq!(name(&gateway.get(&path).await), "Second");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_somebody_else_arrives_with_the_feed() {
    let (catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;
    gateway.get(&one()).await;

    catalogue.rename("Renamed");
    assert_eq!(name(&gateway.get(&one()).await), "First", "nobody was told");
    catalogue.announce();

    until(&gateway, &one(), |reply| name(reply) == "Renamed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_feed_nothing_counts_as_fresh_and_what_is_there_stands_in() {
    let (catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;
    gateway.get(&one()).await;

    catalogue.set_feed(false);
    catalogue.rename("Unseen");
    until(&gateway, &one(), |reply| name(reply) == "Unseen").await;
    catalogue.set_away(true);
    let stale = gateway.get(&one()).await;
    let never_read = gateway.get("/api/v1/institutions?search=nobody").await;

    assert_eq!(name(&stale), "Unseen");
    assert!(stale.header("cache-status").contains("detail=stale"));
    assert_eq!(stale.header("warning"), "110 bccb \"Response is Stale\"");
    assert_eq!(stale.header("cache-control"), "no-store");
    assert_eq!(never_read.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(never_read.header("retry-after"), "");

    catalogue.set_away(false);
    catalogue.set_feed(true);
    until(&gateway, &one(), is_hit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_selected_from_what_is_kept() {
    let (_catalogue, address) = Catalogue::start().await;
    let gateway = following(&address).await;

    let one_of_it = gateway.get(&format!("{}?fields=id,name", one())).await;
    let rows = gateway.get(&format!("{LIST}?fields=code&page=1")).await;
    let unknown = gateway.get(&format!("{LIST}?fields=id,colour")).await;
    let whole = gateway.get(&one()).await;

    assert_eq!(
        one_of_it.json()["data"],
        serde_json::json!({"id": INSTITUTION_ID, "name": "First"})
    );
    assert_eq!(rows.json()["data"], serde_json::json!([{"code": "SAMPLE"}]));
    assert_eq!(rows.json()["pagination"]["total"], 1);
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert_eq!(unknown.fields(), ["fields"]);
    assert!(is_hit(&whole), "the selection was made of the whole");
    assert_ne!(whole.header("etag"), one_of_it.header("etag"));
}

/// Makes something else of an entry; the second is that of a list.
type Spoil = fn(&[u8], &[u8]) -> Vec<u8>;

fn sharing(address: &str, redis: SecretString) -> Settings {
    Settings {
        redis_url: Some(redis),
        // A busy machine must not make Redis look absent.
        redis_limit: Duration::from_secs(10),
        ..keeping(address)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gateways_share_what_one_has_read_and_drop_what_another_has_changed() {
    let (catalogue, address) = Catalogue::start().await;
    let redis = redis_of_its_own(11).await;
    let first = follow(Gateway::start(sharing(&address, redis.clone()))).await;
    let second = follow(Gateway::start(sharing(&address, redis))).await;
    let before = catalogue.reads();

    first.get(&one()).await;
    let shared = second.get(&one()).await;

    assert!(is_hit(&shared));
    assert_eq!(catalogue.reads(), before + 1);

    let body = r#"{"name":"Second","type":"COLLEGE","code":"TWO"}"#;
    let ask = with_json(body).signed(&token(UserRole::Admin));
    first.ask(Method::POST, LIST, ask).await;
    assert_eq!(name(&first.get(&one()).await), "Second");
    catalogue.announce();
    until(&second, &one(), |reply| name(reply) == "Second").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_in_redis_is_a_miss() {
    let (catalogue, address) = Catalogue::start().await;
    let redis = redis_of_its_own(12).await;
    let writer = follow(Gateway::start(sharing(&address, redis.clone()))).await;
    writer.get(&one()).await;
    writer.get(LIST).await;
    let entries = entries(&redis).await;
    assert!(entries.len() >= 2, "{entries:?}");
    let (_, list) = entries
        .iter()
        .find(|(key, _)| key.contains(":list:"))
        .unwrap();

    let spoilt: [Spoil; 5] = [
        |_own, _list| Vec::new(),
        |_own, _list| b"rubbish".to_vec(),
        |own, _list| own[..own.len() / 2].to_vec(),
        |own, _list| [own, b"x".as_slice()].concat(),
        // A sound entry of another key.
        |own, list| {
            if own == list {
                b"{}".to_vec()
            } else {
                list.to_vec()
            }
        },
    ];
    for spoil in spoilt {
        for (key, value) in &entries {
            set(&redis, key, &spoil(value, list)).await;
        }
        let reader = Gateway::start(sharing(&address, redis.clone()));
        let before = catalogue.reads();
        for path in [one(), LIST.to_owned()] {
            assert_eq!(name(&reader.get(&path).await), "First");
        }
        assert_eq!(catalogue.reads(), before + 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_redis_away_silent_or_locked_reads_are_answered_and_kept() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_url = format!("redis://{}", silent.local_addr().unwrap());
    let locked = shared_redis()
        .expose_secret()
        .replace("redis://", "redis://:wrong-password@");

    for url in ["redis://127.0.0.1:1".to_owned(), silent_url, locked] {
        let (catalogue, address) = Catalogue::start().await;
        let mut settings = keeping(&address);
        settings.redis_url = Some(SecretString::from(url.clone()));
        let gateway = follow(Gateway::start(settings)).await;
        let before = catalogue.reads();

        for _ in 0..20 {
            assert_eq!(name(&gateway.get(&one()).await), "First", "{url}");
        }

        assert_eq!(catalogue.reads(), before + 1, "{url}");
    }
}
