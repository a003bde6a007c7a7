//! The end of guessing: whatever strangers do, they wait longer each time, have a hundred tries, and the owner gets in.

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

/// As if a time had passed, which SQL says.
async fn later(service: &Service, time: &str) {
    service
        .sql(&format!(
            "WITH passed AS (SELECT {time} AS span), \
                 older AS (UPDATE sessions SET created_at = created_at - span, expires_at = expires_at - span FROM passed) \
             UPDATE sign_in_failures SET counted_from = counted_from - span, paused_until = paused_until - span FROM passed"
        ))
        .await;
}

async fn a_quarter_later(service: &Service) {
    later(service, "interval '15 minutes'").await;
}

/// As if the pause of strangers, if there is one, and a quarter of an hour more had passed.
async fn after_the_pause(service: &Service) {
    let time = "(SELECT coalesce(paused_until - now(), '0') + interval '15 minutes' FROM sign_in_failures WHERE origin = '')";
    later(service, time).await;
}

/// The pause of an address that has just begun, in minutes.
async fn pause(service: &Service, origin: &str) -> i64 {
    service
        .count(&format!(
            "SELECT round(extract(epoch FROM paused_until - now()) / 60) FROM sign_in_failures WHERE origin = '{origin}'"
        ))
        .await
}

/// A stranger tries as often as there is an answer to get, and once more.
async fn guess(service: &Service) {
    for _try in 0..6 {
        let answer = sign_in_from(service, ATTACKER, WRONG).await;
        assert_eq!(answer, Err(ErrorCode::AuthenticationError));
    }
}

/// A stranger guesses until there is a pause, and again after it, so many times.
async fn attack(service: &Service, pauses: usize) {
    for _pause in 0..pauses {
        guess(service).await;
        after_the_pause(service).await;
    }
}

#[tokio::test]
async fn strangers_wait_twice_as_long_each_time_and_a_day_at_most() {
    let service = account().await;

    let mut minutes = Vec::new();
    for _pause in 0..9 {
        guess(&service).await;
        minutes.push(pause(&service, "").await);
        after_the_pause(&service).await;
    }

    assert_eq!(minutes, [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
    // The owner's success begins that anew as well.
    sign_in_from(&service, HOME, PASSWORD).await.unwrap();
    guess(&service).await;
    assert_eq!(pause(&service, "").await, 15);
}

#[tokio::test]
async fn a_known_address_waits_as_long_each_time() {
    let service = account().await;

    for _pause in 0..4 {
        for _try in 0..5 {
            sign_in_from(&service, HOME, WRONG).await.unwrap_err();
        }
        assert_eq!(pause(&service, "192.0.2.7").await, 15);
        a_quarter_later(&service).await;
    }

    sign_in_from(&service, HOME, PASSWORD).await.unwrap();
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
    after_the_pause(&service).await;

    let at_the_ceiling = sign_in_from(&service, CAFE, PASSWORD).await;
    assert_eq!(at_the_ceiling, Err(ErrorCode::AuthenticationError));
    after_the_pause(&service).await;
    assert!(sign_in_from(&service, ATTACKER, PASSWORD).await.is_err());
    assert_eq!(service.count(IN_A_ROW).await, 100);

    // The owner's success begins the count anew, for every address.
    sign_in_from(&service, HOME, PASSWORD).await.unwrap();
    after_the_pause(&service).await;
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

    for _quarter in 0..96 {
        guess(&service).await;
        a_quarter_later(&service).await;
    }

    let guesses = service.count(IN_A_ROW).await;
    println!("a day of attack: 576 tries, {guesses} guesses");
    assert_eq!(guesses, 35, "five after each of seven pauses");
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
