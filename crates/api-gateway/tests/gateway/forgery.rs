//! Requests that another site has made a browser send: every operation that changes something, none left out.

use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};

use crate::support::browser::{GOOD, Jar, LOGIN, browser, json};
use crate::support::document::{ID, operations};
use crate::support::{Ask, token, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn no_closed_operation_obeys_cookies_without_the_proof_of_their_session() {
    let (_double, gateway, jar, _reply) = browser().await;
    // A good access token of an administrator, beside a good proof of somebody else's session.
    let crossed = Jar {
        access: token(UserRole::Admin),
        ..jar
    };
    let changing: Vec<_> = operations()
        .into_iter()
        .filter(|(method, _path, closed)| *closed && method != Method::GET)
        .collect();
    assert!(changing.len() >= 40, "{}", changing.len());

    for (method, path, _closed) in changing {
        for (ask, told) in [
            (crossed.ask(), "must repeat the cookie"),
            (crossed.proven(), "is not of this session"),
        ] {
            let reply = gateway.ask(method.clone(), &path, json(ask, "{}")).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (StatusCode::FORBIDDEN, "AUTHORIZATION_ERROR"),
                "{method} {path}"
            );
            assert!(
                reply.text.contains(told),
                "{method} {path}: {} is not about the proof",
                reply.text
            );
        }
        // With its own proof the same request goes further, so it was the proof that was missing. It may end its session.
        let fresh = with_json(GOOD).header("x-session-mode", "cookie");
        let fresh = Jar::of(&gateway.ask(Method::POST, LOGIN, fresh).await);
        let ask = json(fresh.proven(), "{}");
        let proven = gateway.ask(method.clone(), &path, ask).await;
        assert!(
            !proven.text.contains("X-CSRF-Token"),
            "{method} {path}: {}",
            proven.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_requests_are_on_the_record_of_the_person_and_cost_the_budget_of_the_address() {
    let (double, gateway, jar, _reply) = browser().await;
    let one = format!("/api/v1/credentials/{ID}");
    let crossed = jar.proven().header("sec-fetch-site", "cross-site");

    let bare = gateway.ask(Method::DELETE, &one, jar.ask()).await;
    let crossed = gateway
        .ask(Method::POST, "/api/credentials", json(crossed, "{}"))
        .await;

    for reply in [&bare, &crossed] {
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.text);
        let budget = reply.header("ratelimit");
        assert!(budget.starts_with(r#""anonymous""#), "{budget}");
    }
    let refusals = double.refusals();
    let told: Vec<_> = refusals
        .iter()
        .map(|(caller, refused)| {
            let person = caller.principal.user_id().unwrap().to_string();
            let object = refused.object_id.as_deref();
            (person, refused.operation.as_str(), object)
        })
        .collect();
    assert_eq!(
        told,
        [
            (ID.to_owned(), "DELETE /api/v1/credentials/{id}", Some(ID)),
            (ID.to_owned(), "POST /api/v1/credentials", None),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_proven_nothing_is_on_nobodys_record() {
    let (double, gateway, jar, _reply) = browser().await;
    let stale = Jar {
        access: "nonsense".into(),
        ..jar.clone()
    };
    let expired = Ask::default().header("cookie", &format!("__Host-bccb-refresh={}", jar.refresh));

    let refreshed = gateway
        .ask(Method::POST, "/api/v1/auth/refresh", json(jar.ask(), "{}"))
        .await;
    let left = gateway
        .ask(Method::POST, "/api/v1/auth/logout", expired)
        .await;
    let nobody = gateway
        .ask(Method::DELETE, "/api/v1/auth/sessions", stale.ask())
        .await;

    let statuses = [refreshed, left, nobody].map(|reply| reply.status.as_u16());
    assert_eq!(statuses, [403, 403, 401]);
    assert_eq!(double.refusals().len(), 0);
}
