//! Who asks too often is told so, with and without Redis.

use std::time::Duration;

use api_gateway::Settings;
use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};
use secrecy::SecretString;

use crate::support::redis::shared_redis;
use crate::support::{Ask, Gateway, settings, token, with_token};

/// A busy machine must not make Redis look absent.
const PATIENT: Duration = Duration::from_secs(10);
const WHERE: &str = "/api/v1/nothing";

fn limited() -> Settings {
    let mut settings = settings();
    settings.limits.person = 5;
    settings.limits.anonymous = 3;
    settings.limits.auth = 2;
    settings
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_is_exact_and_the_answer_says_when_to_come_back() {
    let gateway = Gateway::start(limited());

    for remaining in ["2", "1", "0"] {
        let reply = gateway.get(WHERE).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(reply.header("x-ratelimit-limit"), "3");
        assert_eq!(reply.header("x-ratelimit-remaining"), remaining);
    }
    let reply = gateway.get(WHERE).await;

    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.code(), "RATE_LIMIT_EXCEEDED");
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((3_500..=3_660).contains(&wait), "{wait}");
    assert_eq!(
        reply.header("ratelimit-policy"),
        r#""anonymous";q=3;w=3600"#
    );
    assert_eq!(
        reply.header("ratelimit"),
        format!(r#""anonymous";r=0;t={wait}"#)
    );
    let reset: i64 = reply.header("x-ratelimit-reset").parse().unwrap();
    let in_seconds = reset - chrono::Utc::now().timestamp();
    assert!((3_500..=3_661).contains(&in_seconds), "{in_seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_counted_one_by_one_and_apart_from_visitors() {
    let gateway = Gateway::start(limited());
    let (ada, grace) = (token(UserRole::User), token(UserRole::User));

    for _ in 0..5 {
        let reply = gateway
            .ask(Method::GET, "/api/v1/audit", with_token(&ada))
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }
    let spent = gateway
        .ask(Method::GET, "/api/v1/audit", with_token(&ada))
        .await;
    let other = gateway
        .ask(Method::GET, "/api/v1/audit", with_token(&grace))
        .await;
    let visitor = gateway.get(WHERE).await;

    assert_eq!(spent.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(spent.header("ratelimit-policy"), r#""user";q=5;w=3600"#);
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tokens_cost_the_budget_of_their_address() {
    let gateway = Gateway::start(limited());

    for _ in 0..3 {
        let reply = gateway
            .ask(Method::GET, "/api/v1/users/me", with_token("bad"))
            .await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }

    let reply = gateway
        .ask(Method::GET, "/api/v1/users/me", with_token("bad"))
        .await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_has_a_stricter_budget() {
    let gateway = Gateway::start(limited());

    for _ in 0..2 {
        let reply = gateway.post("/api/v1/auth/login", "{}").await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refresh = gateway.post("/api/v1/auth/refresh", "{}").await;

    for spelling in [
        "/api/auth/login",
        "/%61pi/v1/auth/login",
        "/api/v1/auth/%6Cogin",
    ] {
        let login = gateway.post(spelling, "{}").await;
        assert_eq!(
            login.status,
            StatusCode::TOO_MANY_REQUESTS,
            "{spelling} is the same door"
        );
    }
    assert_eq!(refresh.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_and_documents_are_not_counted() {
    let gateway = Gateway::start(limited());

    for _ in 0..6 {
        for path in ["/health/live", "/openapi.json"] {
            let reply = gateway.get(path).await;
            assert_eq!(reply.status, StatusCode::OK);
            assert_eq!(reply.header("x-ratelimit-limit"), "");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
    let believing = Gateway::start(Settings {
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..limited()
    });
    let doubting = Gateway::start(limited());

    let mut statuses = Vec::new();
    for gateway in [&believing, &doubting] {
        let mut last = StatusCode::OK;
        for host in 1..=4 {
            let ask = Ask::default().header("x-forwarded-for", &format!("203.0.113.{host}"));
            last = gateway.ask(Method::GET, WHERE, ask).await.status;
        }
        statuses.push(last);
    }

    assert_eq!(
        statuses,
        [StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_redis_away_or_silent_requests_are_answered_and_still_limited() {
    // Accepts connections and never says a word.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_url = format!("redis://{}", silent.local_addr().unwrap());

    for url in ["redis://127.0.0.1:1".to_owned(), silent_url] {
        let mut settings = limited();
        settings.limits.anonymous = 8;
        settings.redis_url = Some(SecretString::from(url.clone()));
        let gateway = Gateway::start(settings);

        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(gateway.get(WHERE).await.status);
        }

        assert_eq!(statuses[..2], [StatusCode::NOT_FOUND; 2], "{url}");
        assert_eq!(statuses[2], StatusCode::TOO_MANY_REQUESTS, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_gateways_share_one_count() {
    let settings = || Settings {
        redis_url: Some(shared_redis()),
        redis_limit: PATIENT,
        ..limited()
    };
    let (first, second) = (Gateway::start(settings()), Gateway::start(settings()));
    let ada = token(UserRole::User);
    let mut admitted = 0;
    let mut last = String::new();

    for gateway in [&first, &second].into_iter().cycle().take(8) {
        let reply = gateway
            .ask(Method::GET, "/api/v1/audit", with_token(&ada))
            .await;
        if reply.status == StatusCode::FORBIDDEN {
            admitted += 1;
        }
        last = reply.header("ratelimit").to_owned();
    }

    assert_eq!(admitted, 5);
    assert!(last.starts_with(r#""user";r=0;t="#), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_gateways_that_take_ahead_admit_no_more_than_the_limit() {
    let settings = || {
        let mut settings = limited();
        settings.redis_url = Some(shared_redis());
        settings.redis_limit = PATIENT;
        settings.limits.person = 300;
        settings
    };
    let gateways = [Gateway::start(settings()), Gateway::start(settings())];
    let ada = token(UserRole::User);
    let mut admitted = 0;

    // Four at a time at each of them, until both refuse.
    for _ in 0..60 {
        let asking = gateways.iter().flat_map(|gateway| {
            (0..4).map(|_| gateway.ask(Method::GET, "/api/v1/audit", with_token(&ada)))
        });
        let replies = futures::future::join_all(asking).await;
        let open = replies
            .iter()
            .filter(|reply| reply.status == StatusCode::FORBIDDEN);
        admitted += open.count();
    }

    assert!((290..=300).contains(&admitted), "{admitted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_window_ends() {
    let mut settings = limited();
    settings.redis_url = Some(shared_redis());
    settings.redis_limit = PATIENT;
    settings.limits.window = Duration::from_secs(1);
    settings.limits.person = 1;
    let gateway = Gateway::start(settings);
    let ada = token(UserRole::User);
    let ask = || gateway.ask(Method::GET, "/api/v1/audit", with_token(&ada));

    assert_eq!(ask().await.status, StatusCode::FORBIDDEN);
    let waiting = async {
        while ask().await.status == StatusCode::TOO_MANY_REQUESTS {
            tokio::task::yield_now().await;
        }
    };

    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("the window of one second ends");
}
