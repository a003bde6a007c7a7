//! `.env.example` says what the services read, no more and no less.

use std::path::Path;

use service_runtime::settings::env_example;

fn rendered() -> String {
    env_example::render(&[
        ("Every service", service_runtime::settings::COMMON),
        ("api-gateway", api_gateway::SETTINGS),
        ("credential-service", credential_service::SETTINGS),
        ("ai-service", ai_service::settings::SETTINGS),
    ])
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the person who runs the test asks for the update through the environment"
)]
fn the_example_is_what_the_services_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.env.example");
    let wanted = rendered();
    if std::env::var("BCCB_UPDATE_ENV_EXAMPLE").is_ok() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let present = std::fs::read_to_string(&path).unwrap();
    assert!(
        present == wanted,
        "run: BCCB_UPDATE_ENV_EXAMPLE=1 cargo test -p dev-stack --test repository env_example"
    );
}

#[test]
fn a_setting_that_is_not_in_the_example_is_noticed() {
    assert!(rendered().contains("DATABASE_URL"));
    assert!(rendered().contains("JWT_SECRET"));
    assert!(!rendered().contains("DATABASE_PASSWORD_OF_THE_CAT"));
}
