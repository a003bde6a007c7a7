//! Refresh tokens: one successor each, and the end of the session when one comes back.

use std::collections::HashSet;

use domain::ErrorCode;
use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;

use crate::accounts::{holder, registered};
use crate::support::{Service, outcome, refusal};

pub(crate) async fn refresh(
    service: &Service,
    token: &str,
) -> Result<pb::RefreshSessionResponse, domain::Failure> {
    let anonymous = service.anonymous();
    let request = anonymous.ask(pb::RefreshSessionRequest {
        refresh_token: token.into(),
    });
    outcome(anonymous.accounts().refresh_session(request).await)
}

#[tokio::test]
async fn a_session_keeps_its_end_and_hears_of_a_new_role() {
    let service = Service::start().await;
    let first = registered(&service).await.session.unwrap();
    service.sql("UPDATE users SET role = 'ADMIN'").await;

    let refreshed = refresh(&service, &first.refresh_token).await.unwrap();

    assert_eq!(refreshed.user.unwrap().role(), pb::UserRole::Admin);
    let second = refreshed.session.unwrap();
    assert_eq!((second.id, second.expires_at), (first.id, first.expires_at));
    assert_ne!(second.refresh_token, first.refresh_token);
    service.sql("UPDATE sessions SET created_at = now() - interval '8 days', expires_at = now() - interval '1 second'").await;
    assert_eq!(
        refusal(refresh(&service, &second.refresh_token).await),
        ErrorCode::TokenInvalid
    );
}

#[tokio::test]
async fn a_token_that_comes_back_ends_the_whole_session() {
    let service = Service::start().await;
    let signed_in = registered(&service).await;
    let first = signed_in.session.clone().unwrap();
    let second = refresh(&service, &first.refresh_token)
        .await
        .unwrap()
        .session
        .unwrap();

    after_grace(&service).await;

    assert_eq!(
        refusal(refresh(&service, &first.refresh_token).await),
        ErrorCode::TokenInvalid
    );

    assert_eq!(
        refusal(refresh(&service, &second.refresh_token).await),
        ErrorCode::TokenInvalid
    );
    let person = holder(&service, &signed_in);
    let own = outcome(
        person
            .accounts()
            .get_own_user(person.ask(pb::GetOwnUserRequest {}))
            .await,
    );
    assert_eq!(refusal(own), ErrorCode::TokenInvalid);
    let noted = "SELECT count(*) FROM audit_logs WHERE action = 'REFRESH_REUSE'";
    assert_eq!(service.count(noted).await, 1);
}

/// As if every use of a token so far had been a minute earlier.
pub(crate) async fn after_grace(service: &Service) {
    service
        .sql("UPDATE refresh_tokens SET used_at = used_at - interval '1 minute'")
        .await;
}

const LIVE: &str = "SELECT count(*) FROM refresh_tokens JOIN sessions ON sessions.id = session_id \
     WHERE used_at IS NULL AND ended_at IS NULL";
const REUSE: &str = "SELECT count(*) FROM audit_logs WHERE action = 'REFRESH_REUSE'";

#[tokio::test]
async fn fifty_simultaneous_refreshes_make_one_successor_and_sign_nobody_out() {
    let service = Service::start().await;
    let token = registered(&service).await.session.unwrap().refresh_token;

    let outcomes = futures::future::join_all((0..50).map(|_| refresh(&service, &token))).await;

    let successors: HashSet<String> = outcomes
        .into_iter()
        .map(|outcome| outcome.unwrap().session.unwrap().refresh_token)
        .collect();
    assert_eq!(successors.len(), 1);
    assert_eq!(
        service.count("SELECT count(*) FROM refresh_tokens").await,
        2
    );
    assert_eq!(service.count(LIVE).await, 1);
    assert_eq!(service.count(REUSE).await, 0);
    for successor in successors {
        refresh(&service, &successor).await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_answer_is_given_again_within_the_grace_and_nothing_usable_is_stored() {
    let service = Service::start().await;
    let first = registered(&service).await.session.unwrap().refresh_token;
    let token = |answer: pb::RefreshSessionResponse| answer.session.unwrap().refresh_token;

    let second = token(refresh(&service, &first).await.unwrap());
    let again = token(refresh(&service, &first).await.unwrap());
    let third = token(refresh(&service, &second).await.unwrap());
    let late = token(refresh(&service, &first).await.unwrap());

    assert_eq!((&again, &late), (&second, &second));
    assert_ne!(third, second);
    assert_eq!(service.count(LIVE).await, 1);
    for issued in [&first, &second, &third] {
        let secret = secret_of(issued);
        assert_eq!(holding(&service, secret).await, 0);
    }
    // Whoever searches finds: a secret that somebody would have kept.
    let kept = secret_of(&third);
    let as_bytes =
        format!("UPDATE refresh_tokens SET token_hash = '\\x{kept}' WHERE used_at IS NULL");
    service.sql(&as_bytes).await;
    assert_eq!(holding(&service, kept).await, 1);
    let as_digits = format!("UPDATE users SET first_name = '{kept}'");
    service.sql(&as_digits).await;
    assert!(holding(&service, kept).await > 1);
}

/// What only the holder of a token knows: its last 64 digits.
fn secret_of(token: &str) -> &str {
    token.split_at_checked(token.len() - 64).unwrap().1
}

/// Rows of any table about sessions that hold a secret, as its digits or as the bytes that these stand for.
async fn holding(service: &Service, secret: &str) -> i64 {
    let as_text = hex::encode(secret);
    let mut rows = 0;
    for table in [
        "sessions",
        "refresh_tokens",
        "users",
        "audit_logs",
        "outbox_events",
    ] {
        let sql = format!(
            "SELECT count(*) FROM {table} AS row WHERE strpos(row::text, '{secret}') > 0 OR strpos(row::text, '{as_text}') > 0"
        );
        rows += service.count(&sql).await;
    }
    rows
}

#[tokio::test]
async fn no_grace_helps_a_session_that_is_over() {
    let service = Service::start().await;
    let signed_in = registered(&service).await;
    let first = signed_in.session.clone().unwrap().refresh_token;
    refresh(&service, &first).await.unwrap();
    let person = holder(&service, &signed_in);

    let out = person.ask(pb::SignOutRequest::default());
    outcome(person.accounts().sign_out(out).await).unwrap();

    assert_eq!(
        refusal(refresh(&service, &first).await),
        ErrorCode::TokenInvalid
    );
    assert_eq!(service.count(LIVE).await, 0);
}

#[tokio::test]
async fn a_token_four_generations_old_ends_the_whole_family() {
    let service = Service::start().await;
    let mut tokens = vec![registered(&service).await.session.unwrap().refresh_token];
    for _ in 0..4 {
        let next = refresh(&service, tokens.last().unwrap()).await.unwrap();
        tokens.push(next.session.unwrap().refresh_token);
    }
    after_grace(&service).await;

    for token in &tokens {
        assert_eq!(
            refusal(refresh(&service, token).await),
            ErrorCode::TokenInvalid
        );
    }

    assert_eq!(service.count(LIVE).await, 0);
    assert_eq!(service.count(REUSE).await, 1);
    let reason = "SELECT count(*) FROM sessions WHERE end_reason = 'REFRESH_REUSE'";
    assert_eq!(service.count(reason).await, 1);
}

#[tokio::test]
async fn whoever_holds_a_refresh_token_can_end_its_session() {
    let service = Service::start().await;
    let first = registered(&service).await.session.unwrap().refresh_token;
    let newest = refresh(&service, &first).await.unwrap();
    let newest = newest.session.unwrap();
    let visitor = service.anonymous();
    let sign_out = async |token: &str| {
        let request = pb::SignOutRequest {
            refresh_token: Some(token.to_owned()),
        };
        let answer = visitor.accounts().sign_out(visitor.ask(request)).await;
        outcome(answer).unwrap().session_id
    };
    assert_eq!(sign_out("bccbr_no").await, None);
    assert_eq!(service.count(LIVE).await, 1);

    // Also by the one that was used before: a page may hold it still.
    let ended = sign_out(&first).await;

    assert_eq!(ended, Some(newest.id.clone()));
    assert_eq!(service.count(LIVE).await, 0);
    assert_eq!(sign_out(&newest.refresh_token).await, ended);
    let noted = "SELECT count(*) FROM audit_logs WHERE action = 'LOGOUT' AND user_id IS NOT NULL";
    assert_eq!(service.count(noted).await, 1);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let service = Service::start().await;
    let signed_in = registered(&service).await;
    let person = holder(&service, &signed_in);

    outcome(
        person
            .accounts()
            .sign_out(person.ask(pb::SignOutRequest::default()))
            .await,
    )
    .unwrap();
    outcome(
        person
            .accounts()
            .sign_out(person.ask(pb::SignOutRequest::default()))
            .await,
    )
    .unwrap();

    let token = signed_in.session.unwrap().refresh_token;
    assert_eq!(
        refusal(refresh(&service, &token).await),
        ErrorCode::TokenInvalid
    );
    assert_eq!(
        service
            .count("SELECT count(*) FROM audit_logs WHERE action = 'LOGOUT'")
            .await,
        1
    );
    let user = service.person(UserRole::User, None).await;
    assert!(
        outcome(
            user.accounts()
                .get_own_user(user.ask(pb::GetOwnUserRequest {}))
                .await
        )
        .is_ok()
    );
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_refused() {
    let service = Service::start().await;
    for text in [
        "",
        "bccbr_",
        "\0",
        &"x".repeat(100_000),
        &format!("bccbr_{}", "0".repeat(64)),
    ] {
        assert_eq!(
            refusal(refresh(&service, text).await),
            ErrorCode::TokenInvalid
        );
    }
}
