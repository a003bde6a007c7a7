//! Probes.

use std::time::Duration;

use api_gateway::Settings;
use domain::Failure;
use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::catalogue::Catalogue;
use crate::support::services::{Double, Mood};
use crate::support::{Gateway, settings};

#[tokio::test(flavor = "multi_thread")]
async fn alive_needs_nobody() {
    let gateway = Gateway::start(settings());

    let reply = gateway.get("/health/live").await;

    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.json(), json!({"status": "alive"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_names_each_dependency() {
    let (_double, address) = Double::start(Mood::Well).await;
    let whole = Settings {
        credential_service_url: address.clone(),
        ai_service_url: address.clone(),
        ..settings()
    };
    let without_ai = Settings {
        credential_service_url: address,
        redis_url: Some(SecretString::from("redis://127.0.0.1:1")),
        ..settings()
    };

    for (settings, status, overall, services) in [
        (
            whole,
            StatusCode::OK,
            "healthy",
            json!({"database": "healthy", "cache": "not_configured", "ai_service": "healthy"}),
        ),
        (
            without_ai,
            StatusCode::OK,
            "degraded",
            json!({"database": "healthy", "cache": "unhealthy", "ai_service": "unhealthy"}),
        ),
        (
            settings(),
            StatusCode::SERVICE_UNAVAILABLE,
            "unhealthy",
            json!({"database": "unhealthy", "cache": "not_configured", "ai_service": "unhealthy"}),
        ),
    ] {
        let gateway = Gateway::start(settings);
        let reply = gateway.get("/health").await;
        assert_eq!(reply.status, status, "{}", reply.text);
        let json = reply.json();
        assert_eq!(json["status"], overall);
        assert_eq!(json["services"], services);
        assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
        assert!(json["uptime"].is_u64());
    }
}

/// Asks until readiness says that.
async fn until_ready_says(gateway: &Gateway, status: StatusCode, reasons: &Value) {
    let asking = async {
        loop {
            let reply = gateway.get("/health/ready").await;
            if reply.status == status && reply.json()["reasons"] == *reasons {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), asking)
        .await
        .expect("the right readiness in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_is_earned_by_the_first_answer_of_the_catalogue() {
    let alone = Gateway::start(settings());
    let (_catalogue, address) = Catalogue::start().await;
    let served = Gateway::start(Settings {
        credential_service_url: address,
        ..settings()
    });

    let reply = alone.get("/health/ready").await;

    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    let json = reply.json();
    assert_eq!(json["ready"], false);
    for reason in [
        "waiting for: credential-service",
        "waiting for: ended sessions",
    ] {
        let reasons = json["reasons"].as_array().unwrap();
        assert!(reasons.contains(&json!(reason)), "{json}");
    }
    until_ready_says(&served, StatusCode::OK, &json!([])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_before_the_ended_sessions_were_read() {
    let (catalogue, address) = Catalogue::start().await;
    let failing = Mood::Failing(|| Failure::unavailable("the sessions are away"));
    catalogue.accounts().set_mood(failing);
    let gateway = Gateway::start(Settings {
        credential_service_url: address,
        ..settings()
    });
    let waiting = json!(["waiting for: ended sessions"]);

    until_ready_says(&gateway, StatusCode::SERVICE_UNAVAILABLE, &waiting).await;

    // Nothing changes, and nothing has to: the next sign of life is enough.
    catalogue.accounts().set_mood(Mood::Well);
    until_ready_says(&gateway, StatusCode::OK, &json!([])).await;
}
