//! A browser's session: tokens in cookies that no script reads, and proofs against forged requests.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::browser::{GOOD, Jar, LOGIN, browser, cookies, json};
use crate::support::{Ask, KEY, token, with_json, with_token};
use domain::vocabulary::UserRole;
use protocol::token::TokenVerifier;

const REFRESH: &str = "/api/v1/auth/refresh";
const LOGOUT: &str = "/api/v1/auth/logout";

#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_are_in_cookies_bound_to_the_host_and_nowhere_else() {
    let (_double, gateway, jar, reply) = browser().await;

    let data = reply.json()["data"].clone();
    assert_eq!(data["token_type"], "Cookie");
    assert_eq!(data["user"]["email"], "ada@example.org");
    assert!(data.get("access_token").is_none() && data.get("refresh_token").is_none());
    assert!(!reply.text.contains(&jar.access) && !reply.text.contains("refresh-me"));
    let cookies = cookies(&reply);
    assert_eq!(cookies.len(), 3);
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-bccb-"), "{cookie}");
        assert!(
            cookie.contains("; Path=/; Secure; SameSite=Strict"),
            "{cookie}"
        );
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert_eq!(
            cookie.ends_with("; HttpOnly"),
            !cookie.starts_with("__Host-bccb-csrf="),
            "{cookie}"
        );
    }
    assert!(
        TokenVerifier::new(&KEY.into(), None)
            .verify(&jar.access)
            .is_ok()
    );

    let me = gateway
        .ask(Method::GET, "/api/v1/users/me", jar.ask())
        .await;
    assert_eq!(me.status, StatusCode::OK, "{}", me.text);
    let plain = gateway.post(LOGIN, GOOD).await;
    assert!(
        self::cookies(&plain).is_empty(),
        "nobody gets cookies unasked"
    );
    let odd = with_json(GOOD).header("x-session-mode", "basket");
    let odd = gateway.ask(Method::POST, LOGIN, odd).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_access_token_has_expired_can_still_sign_out() {
    let (double, gateway, jar, _reply) = browser().await;
    let expired = |proof: bool| {
        let cookies = format!(
            "__Host-bccb-refresh={}; __Host-bccb-csrf={}",
            jar.refresh, jar.csrf
        );
        let ask = Ask::default().header("cookie", &cookies);
        if proof {
            ask.header("x-csrf-token", &jar.csrf)
        } else {
            ask
        }
    };
    let before = double.callers().len();
    let forged = gateway.ask(Method::POST, LOGOUT, expired(false)).await;
    let nobody = gateway.ask(Method::POST, LOGOUT, Ask::default()).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.text);
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{}", nobody.text);
    assert_eq!(double.callers().len(), before);

    let out = gateway.ask(Method::POST, LOGOUT, expired(true)).await;

    assert_eq!(out.status, StatusCode::OK, "{}", out.text);
    let gone = cookies(&out);
    assert_eq!(gone.len(), 3);
    assert!(gone.iter().all(|cookie| cookie.contains("Max-Age=0")));
    assert_eq!(double.callers().len(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cookies_authorise_and_change_needs_the_proof_of_the_same_session() {
    let (double, gateway, jar, _reply) = browser().await;
    let other = {
        let ask = with_json(GOOD).header("x-session-mode", "cookie");
        Jar::of(&gateway.ask(Method::POST, LOGIN, ask).await)
    };
    let strange = {
        // A proof of another session: signed by us, for a session that is not this one.
        let id = domain::id::SessionId::generate();
        other
            .csrf
            .replacen(other.csrf.split('.').next().unwrap(), &id.to_string(), 1)
    };
    let before = double.callers().len();
    let swapped = Jar {
        csrf: strange.clone(),
        ..jar.clone()
    };
    let routes = [
        (Method::POST, "/api/v1/auth/logout"),
        (Method::POST, "/api/v1/auth/password/change"),
        (Method::DELETE, "/api/v1/auth/sessions"),
        (
            Method::DELETE,
            "/api/v1/auth/sessions/01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f",
        ),
        (Method::PUT, "/api/v1/users/me"),
        (Method::POST, "/api/v1/users/invite"),
        (Method::POST, "/api/v1/institutions"),
        (Method::POST, "/api/v1/credentials"),
        (Method::POST, "/api/v1/ai/search/semantic"),
    ];
    for (method, path) in routes {
        for (what, ask) in [
            ("no proof", jar.ask()),
            ("an empty proof", jar.ask().header("x-csrf-token", "")),
            (
                "a proof that is not the cookie",
                jar.ask().header("x-csrf-token", &strange),
            ),
            ("a proof of another session", swapped.proven()),
            (
                "another site",
                jar.proven().header("sec-fetch-site", "cross-site"),
            ),
        ] {
            let reply = gateway.ask(method.clone(), path, json(ask, "{}")).await;
            assert_eq!(
                reply.status,
                StatusCode::FORBIDDEN,
                "{what}: {method} {path}"
            );
            assert_eq!(reply.code(), "AUTHORIZATION_ERROR");
        }
    }
    let refreshing = json(jar.ask(), "{}");
    let refreshed = gateway.ask(Method::POST, REFRESH, refreshing).await;
    assert_eq!(refreshed.status, StatusCode::FORBIDDEN);
    assert_eq!(double.callers().len(), before, "nothing of it travelled on");

    let proven = gateway
        .ask(Method::DELETE, "/api/v1/auth/sessions", jar.proven())
        .await;
    assert_eq!(proven.status, StatusCode::OK, "{}", proven.text);
    let bearer = with_token(&token(UserRole::User)).header("sec-fetch-site", "cross-site");
    let bearer = gateway
        .ask(Method::DELETE, "/api/v1/auth/sessions", bearer)
        .await;
    assert_eq!(
        bearer.status,
        StatusCode::OK,
        "a token in the header needs no proof"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_cookies_is_renewed_and_ended_with_them() {
    let (_double, gateway, jar, _reply) = browser().await;

    let refreshed = gateway
        .ask(Method::POST, REFRESH, json(jar.proven(), "{}"))
        .await;
    assert_eq!(refreshed.status, StatusCode::OK, "{}", refreshed.text);
    let next = Jar::of(&refreshed);
    assert!(refreshed.json()["data"].get("access_token").is_none());
    assert!(!next.access.is_empty() && next.csrf != jar.csrf);
    let nothing = gateway.post(REFRESH, "{}").await;
    assert_eq!(nothing.fields(), ["refresh_token"]);

    let out = gateway.ask(Method::POST, LOGOUT, next.proven()).await;
    assert_eq!(out.status, StatusCode::OK, "{}", out.text);
    assert!(
        cookies(&out)
            .iter()
            .all(|cookie| cookie.contains("=; Max-Age=0;")),
        "{:?}",
        cookies(&out)
    );
    assert_eq!(cookies(&out).len(), 3);
    let after = gateway
        .ask(Method::GET, "/api/v1/users/me", next.ask())
        .await;
    assert_eq!(
        (after.status, after.code().as_str()),
        (StatusCode::UNAUTHORIZED, "TOKEN_INVALID")
    );
    let forged = Jar {
        access: "nonsense".into(),
        ..jar
    };
    let forged = gateway
        .ask(Method::GET, "/api/v1/users/me", forged.ask())
        .await;
    assert_eq!(forged.code(), "TOKEN_INVALID");
    assert_eq!(json!(forged.status.as_u16()), 401);
}
