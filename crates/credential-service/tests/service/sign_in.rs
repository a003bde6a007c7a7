//! Guessing passwords: what new ones must be, pauses, and what the time of an answer says.

mod ceiling;

use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use domain::ErrorCode;
use protocol::pb::credential as pb;

use crate::accounts::{PASSWORD, register, sign_in};
use crate::support::{Person, Service, outcome, refusal};

const ADA: &str = "ada@example.org";
const WRONG: &str = "not the password of Ada";

async fn sign_in_from(
    service: &Service,
    address: [u8; 4],
    password: &str,
) -> Result<(), ErrorCode> {
    let mut anonymous: Person = service.anonymous();
    anonymous.outgoing.address = Some(address.into());
    let request = anonymous.ask(pb::SignInRequest {
        email: ADA.into(),
        password: password.into(),
    });
    outcome(anonymous.accounts().sign_in(request).await)
        .map(|_session| ())
        .map_err(|failure| failure.code)
}

#[tokio::test]
async fn after_five_failures_the_right_password_gets_the_answer_of_a_wrong_one() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();
    register(&service, "grace@example.org").await.unwrap();

    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(sign_in(&service, ADA, WRONG).await.unwrap_err());
    }
    let right = sign_in(&service, ADA, PASSWORD).await.unwrap_err();

    for answer in &answers {
        assert_eq!((answer.code, &answer.message), (right.code, &right.message));
    }
    assert_eq!(right.code, ErrorCode::AuthenticationError);
    let other = sign_in(&service, "grace@example.org", PASSWORD).await;
    assert!(other.is_ok(), "other accounts are not touched");

    // Tries during the pause do not make it longer: fifteen minutes after the fifth failure it is over.
    let pause =
        "SELECT round(extract(epoch FROM paused_until - now()))::bigint FROM sign_in_failures";
    let left = service.count(pause).await;
    for _ in 0..5 {
        sign_in(&service, ADA, WRONG).await.unwrap_err();
    }
    assert!(service.count(pause).await <= left);
    service
        .sql("UPDATE sign_in_failures SET paused_until = now() - interval '1 second'")
        .await;
    sign_in(&service, ADA, WRONG).await.unwrap_err();
    assert!(sign_in(&service, ADA, PASSWORD).await.is_ok());
    assert_eq!(
        service.count("SELECT count(*) FROM sign_in_failures").await,
        0
    );
}

#[tokio::test]
async fn failures_that_are_far_apart_do_not_count_together() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();
    for _ in 0..4 {
        sign_in(&service, ADA, WRONG).await.unwrap_err();
    }

    service
        .sql("UPDATE sign_in_failures SET counted_from = now() - interval '16 minutes'")
        .await;
    sign_in(&service, ADA, WRONG).await.unwrap_err();

    assert_eq!(
        service.count("SELECT failures FROM sign_in_failures").await,
        1
    );
    assert!(sign_in(&service, ADA, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn of_twenty_simultaneous_tries_every_one_is_counted() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();

    let tries = futures::future::join_all((0..20).map(|_| sign_in(&service, ADA, WRONG))).await;
    let unknown =
        futures::future::join_all((0..20).map(|_| sign_in(&service, "nobody@example.org", WRONG)))
            .await;

    for answer in tries.into_iter().chain(unknown) {
        assert_eq!(refusal(answer), ErrorCode::AuthenticationError);
    }
    // Those during the pause were no guesses.
    let counts = "SELECT count(*) FROM sign_in_failures \
         WHERE failures = 20 AND in_a_row = 5 AND paused_until IS NOT NULL";
    assert_eq!(service.count(counts).await, 2);
    let noted = "SELECT count(*) FROM audit_logs WHERE action = 'LOGIN_FAILED'";
    assert_eq!(service.count(noted).await, 40);
}

#[tokio::test]
async fn strangers_cannot_lock_the_owner_out_of_a_known_address() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();
    let (home, cafe, attacker) = ([192, 0, 2, 7], [192, 0, 2, 8], [203, 0, 113, 66]);
    sign_in_from(&service, home, PASSWORD).await.unwrap();

    for _ in 0..8 {
        sign_in_from(&service, attacker, WRONG).await.unwrap_err();
    }

    sign_in_from(&service, attacker, PASSWORD)
        .await
        .unwrap_err();
    sign_in_from(&service, cafe, PASSWORD).await.unwrap_err();
    sign_in_from(&service, home, PASSWORD).await.unwrap();
    // A known address has a count of its own, so nobody guesses without limit from there either.
    for _ in 0..5 {
        sign_in_from(&service, home, WRONG).await.unwrap_err();
    }
    sign_in_from(&service, home, PASSWORD).await.unwrap_err();
    // After a month without a session the address is a stranger's again.
    service
        .sql("DELETE FROM sign_in_failures WHERE origin <> ''; \
              UPDATE sessions SET created_at = created_at - interval '31 days', expires_at = expires_at - interval '31 days'")
        .await;
    sign_in_from(&service, home, PASSWORD).await.unwrap_err();
}

#[tokio::test]
async fn every_common_password_is_refused_over_the_wire() {
    let service = Service::start().await;
    let list = include_str!("../../../domain/src/account/common_passwords.txt");
    let anonymous = service.anonymous();
    let mut asked = 0;
    for password in list.lines() {
        let request = anonymous.ask(pb::RegisterUserRequest {
            email: ADA.into(),
            password: password.to_uppercase(),
            first_name: "Ada".into(),
            last_name: "Lovelace".into(),
        });
        let refused = outcome(anonymous.accounts().register_user(request).await).unwrap_err();
        assert!(
            refused
                .fields
                .iter()
                .any(|rule| rule.message.contains("tried first")),
            "{password}: {refused}"
        );
        asked += 1;
    }

    assert!(asked >= 3_000, "{asked}");
    assert_eq!(service.count("SELECT count(*) FROM users").await, 0);
}

/// A hash as quick as none, as if an account had been found by a service that forgot to work for the unknown ones.
fn cheap_hash() -> String {
    let params = Params::new(64, 1, 1, None).unwrap();
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(PASSWORD.as_bytes())
        .unwrap();
    hash.to_string()
}

#[tokio::test]
async fn a_hash_of_old_parameters_is_made_anew_at_the_next_sign_in() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();
    let old = cheap_hash();
    service
        .sql(&format!("UPDATE users SET password_hash = '{old}'"))
        .await;
    let hash = "SELECT password_hash FROM users";

    sign_in(&service, ADA, WRONG).await.unwrap_err();
    let after_wrong = service.text(hash).await;
    sign_in(&service, ADA, PASSWORD).await.unwrap();
    let renewed = service.text(hash).await;
    sign_in(&service, ADA, PASSWORD).await.unwrap();

    assert_eq!(after_wrong, old);
    assert!(
        renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{renewed}"
    );
    assert_eq!(service.text(hash).await, renewed, "it is good as it is");
}

/// How often a time of the first kind is longer than one of the second: 0.5 when they cannot be told apart.
pub(crate) fn area_under_curve(first: &[Duration], second: &[Duration]) -> f64 {
    let wins: f64 = first
        .iter()
        .flat_map(|one| second.iter().map(move |other| one.cmp(other)))
        .map(|order| match order {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .sum();
    let count = |times: &[Duration]| f64::from(u32::try_from(times.len()).unwrap());
    wins / (count(first) * count(second))
}

/// Times wrong passwords for two addresses in turn.
async fn in_turn(service: &Service, first: &str, second: &str, rounds: usize) -> f64 {
    let (mut of_first, mut of_second) = (Vec::new(), Vec::new());
    for round in 0..rounds * 2 {
        // ABBA, so that whatever changes over time touches both alike.
        let (email, times) = if (round + round / 2) % 2 == 0 {
            (first, &mut of_first)
        } else {
            (second, &mut of_second)
        };
        let begun = Instant::now();
        assert_eq!(
            refusal(sign_in(service, email, WRONG).await),
            ErrorCode::AuthenticationError
        );
        times.push(begun.elapsed());
    }
    area_under_curve(&of_first, &of_second)
}

#[tokio::test]
async fn the_time_of_an_answer_does_not_say_whether_there_is_an_account() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();

    let curve = in_turn(&service, ADA, "nobody@example.org", 200).await;
    // The same harness finds a difference where there is one.
    service
        .sql(&format!(
            "UPDATE users SET password_hash = '{}'",
            cheap_hash()
        ))
        .await;
    let control = in_turn(&service, "nobody@example.org", ADA, 40).await;

    println!("sign-in, AUC: known against unknown {curve:.3}; control {control:.3}");
    assert!((0.4..=0.6).contains(&curve), "{curve}");
    assert!(control > 0.9, "{control}");
}
