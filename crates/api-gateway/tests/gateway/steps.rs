//! Every step of signing in has a stricter limit, not only the first one that comes to mind.

use reqwest::StatusCode;

use crate::support::{Gateway, settings};

/// The step, a body that it reads, and the policy that its answers name.
const STEPS: [(&str, &str, &str); 6] = [
    ("login", r#"{"email":"a@b.ca","password":"x"}"#, "login"),
    // A session has a budget of its own, and its address one for many sessions.
    ("refresh", r#"{"refresh_token":"bccbr_1"}"#, "refreshes"),
    (
        "password/forgot",
        r#"{"email":"ada@example.org"}"#,
        "password_forgot",
    ),
    (
        "password/reset",
        r#"{"token":"t","newPassword":"a battery of correct horses"}"#,
        "password_reset",
    ),
    (
        "register",
        r#"{"email":"ada@example.org","password":"a battery of correct horses","firstName":"Ada","lastName":"Lovelace"}"#,
        "register",
    ),
    ("email/confirm", r#"{"token":"t"}"#, "email_confirm"),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_signing_in_is_refused_when_its_own_budget_is_spent() {
    let mut settings = settings();
    settings.limits.auth = 2;
    let gateway = Gateway::start(settings);

    for (step, body, policy) in STEPS {
        let path = format!("/api/v1/auth/{step}");
        for _ in 0..2 {
            let reply = gateway.post(&path, body).await;
            assert_eq!(
                reply.status,
                StatusCode::SERVICE_UNAVAILABLE,
                "{step} is admitted and read: {}",
                reply.text
            );
        }
        let reply = gateway.post(&path, body).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{step}");
        assert_eq!(reply.code(), "RATE_LIMIT_EXCEEDED", "{step}");
        assert!(!reply.header("retry-after").is_empty(), "{step}");
        let told = reply.header("ratelimit-policy");
        assert!(
            told.starts_with(&format!("\"{policy}\";")),
            "{step}: {told}"
        );
    }
}
