//! The end of guessing: whatever strangers do, they have a hundred tries, and the owner gets in.

use domain::ErrorCode;

use super::{ADA, WRONG, cheap_hash, sign_in_from};
use crate::accounts::{PASSWORD, register};
use crate::passwords::{forgot, reset_from, token};
use crate::support::Service;

const HOME: [u8; 4] = [192, 0, 2, 7];
const CAFE: [u8; 4] = [192, 0, 2, 8];
const ATTACKER: [u8; 4] = [203, 0, 113, 66];
const NEW: &str = "another battery of correct horses";
const IN_A_ROW: &str = "SELECT in_a_row FROM sign_in_failures WHERE origin = ''";

/// An account that was signed in to from home, with a hash that costs nothing to guess against.
async fn account() -> Service {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();
    sign_in_from(&service, HOME, PASSWORD).await.unwrap();
    weaken(&service).await;
    service
}

async fn weaken(service: &Service) {
    let hash = cheap_hash();
    service
        .sql(&format!("UPDATE users SET password_hash = '{hash}'"))
        .await;
}

/// As if a quarter of an hour had passed.
async fn a_quarter_later(service: &Service) {
    service
        .sql(
            "UPDATE sign_in_failures SET counted_from = counted_from - interval '15 minutes', \
                 paused_until = paused_until - interval '15 minutes'; \
             UPDATE sessions SET created_at = created_at - interval '15 minutes', expires_at = expires_at - interval '15 minutes'",
        )
        .await;
}

/// Quarters of an hour in which a stranger tries as often as there is an answer to get, and once more.
async fn attack(service: &Service, quarters: usize) {
    for _quarter in 0..quarters {
        for _try in 0..6 {
            let answer = sign_in_from(service, ATTACKER, WRONG).await;
            assert_eq!(answer, Err(ErrorCode::AuthenticationError));
        }
        a_quarter_later(service).await;
    }
}

#[tokio::test]
async fn after_a_hundred_guesses_only_a_known_address_is_let_in() {
    let service = account().await;

    attack(&service, 19).await;
    for _try in 0..4 {
        sign_in_from(&service, ATTACKER, WRONG).await.unwrap_err();
    }
    assert_eq!(service.count(IN_A_ROW).await, 99);
    sign_in_from(&service, ATTACKER, WRONG).await.unwrap_err();
    a_quarter_later(&service).await;

    let at_the_ceiling = sign_in_from(&service, CAFE, PASSWORD).await;
    assert_eq!(at_the_ceiling, Err(ErrorCode::AuthenticationError));
    a_quarter_later(&service).await;
    assert!(sign_in_from(&service, ATTACKER, PASSWORD).await.is_err());
    assert_eq!(service.count(IN_A_ROW).await, 100);

    // The owner's success begins the count anew, for every address.
    sign_in_from(&service, HOME, PASSWORD).await.unwrap();
    a_quarter_later(&service).await;
    sign_in_from(&service, CAFE, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn ninety_nine_guesses_do_not_shut_anybody_out() {
    let service = account().await;

    attack(&service, 19).await;
    for _try in 0..4 {
        sign_in_from(&service, ATTACKER, WRONG).await.unwrap_err();
    }

    sign_in_from(&service, CAFE, PASSWORD).await.unwrap();
    let left = "SELECT count(*) FROM sign_in_failures";
    assert_eq!(service.count(left).await, 0);
}

#[tokio::test]
async fn another_password_begins_anew_although_the_attack_goes_on() {
    let service = account().await;
    attack(&service, 20).await;
    assert!(sign_in_from(&service, CAFE, PASSWORD).await.is_err());
    forgot(&service, ADA).await.unwrap();
    let link = token(&service, "password_reset").await;

    reset_from(&service, CAFE, &link, NEW).await.unwrap();
    assert_eq!(
        service.count("SELECT count(*) FROM sign_in_failures").await,
        0
    );
    for _try in 0..6 {
        sign_in_from(&service, ATTACKER, WRONG).await.unwrap_err();
    }

    assert!(sign_in_from(&service, ATTACKER, NEW).await.is_err());
    sign_in_from(&service, CAFE, NEW).await.unwrap();
}

#[tokio::test]
async fn after_a_day_of_attack_a_known_address_is_let_in_at_once() {
    let service = account().await;

    attack(&service, 96).await;

    let guesses = service.count(IN_A_ROW).await;
    println!("a day of attack: 576 tries, {guesses} guesses");
    assert_eq!(guesses, 100);
    sign_in_from(&service, HOME, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_known_address_has_a_hundred_guesses_of_its_own() {
    let service = account().await;
    service
        .sql(&format!(
            "INSERT INTO sign_in_failures (account, origin, failures, in_a_row, counted_from) \
             SELECT id, '192.0.2.7', 1, 100, now() - interval '1 day' FROM users WHERE email = '{ADA}'"
        ))
        .await;

    let home = sign_in_from(&service, HOME, PASSWORD).await;

    assert_eq!(home, Err(ErrorCode::AuthenticationError));
    sign_in_from(&service, CAFE, PASSWORD).await.unwrap();
}
