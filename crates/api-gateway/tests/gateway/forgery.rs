//! Requests that another site has made a browser send: every operation that changes something, none left out.

use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};

use crate::support::browser::{GOOD, Jar, LOGIN, browser, json};
use crate::support::document::operations;
use crate::support::{token, with_json};

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
