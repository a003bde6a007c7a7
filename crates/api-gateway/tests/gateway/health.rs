//! Probes.

use api_gateway::Settings;
use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::json;

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

#[tokio::test(flavor = "multi_thread")]
async fn ready_is_earned_by_the_first_answer_of_the_catalogue() {
    let alone = Gateway::start(settings());
    let (_double, address) = Double::start(Mood::Well).await;
    let served = Gateway::start(Settings {
        credential_service_url: address,
        ..settings()
    });

    let reply = alone.get("/health/ready").await;
    let waiting = async {
        while served.get("/health/ready").await.status != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };

    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    let json = reply.json();
    assert_eq!(json["ready"], false);
    assert!(
        json["reasons"]
            .as_array()
            .unwrap()
            .contains(&json!("waiting for: credential-service")),
        "{json}"
    );
    tokio::time::timeout(std::time::Duration::from_secs(20), waiting)
        .await
        .expect("it becomes ready");
}
