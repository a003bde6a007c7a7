//! A browser's session of cookies.

use reqwest::{Method, StatusCode};

use super::services::{Double, Mood};
use super::{Ask, Gateway, Reply, settings, with_json};

pub(crate) const LOGIN: &str = "/api/v1/auth/login";
pub(crate) const GOOD: &str = r#"{"email":"ada@example.org","password":"correct horse battery"}"#;

/// What a browser keeps.
#[derive(Clone)]
pub(crate) struct Jar {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) csrf: String,
}

impl Jar {
    pub(crate) fn of(reply: &Reply) -> Self {
        let value = |name: &str| {
            let start = format!("{name}=");
            cookies(reply)
                .iter()
                .find_map(|cookie| cookie.strip_prefix(&start))
                .map(|rest| rest.split(';').next().unwrap().to_owned())
                .unwrap_or_default()
        };
        Self {
            access: value("__Host-bccb-access"),
            refresh: value("__Host-bccb-refresh"),
            csrf: value("__Host-bccb-csrf"),
        }
    }

    pub(crate) fn ask(&self) -> Ask {
        Ask::default().header(
            "cookie",
            &format!(
                "theme=dark; __Host-bccb-access={}; __Host-bccb-refresh={}; __Host-bccb-csrf={}",
                self.access, self.refresh, self.csrf
            ),
        )
    }

    pub(crate) fn proven(&self) -> Ask {
        self.ask().header("x-csrf-token", &self.csrf)
    }
}

pub(crate) fn cookies(reply: &Reply) -> Vec<String> {
    reply
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

pub(crate) fn json(mut ask: Ask, body: &str) -> Ask {
    ask.body = Some(body.into());
    ask.header("content-type", "application/json")
}

/// A gateway before a double of the services, and a session of cookies with it.
pub(crate) async fn browser() -> (Double, Gateway, Jar, Reply) {
    let (double, address) = Double::start(Mood::Well).await;
    let gateway = Gateway::start(api_gateway::Settings {
        credential_service_url: address.clone(),
        ai_service_url: address,
        ..settings()
    });
    let ask = with_json(GOOD).header("x-session-mode", "cookie");
    let reply = gateway.ask(Method::POST, LOGIN, ask).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    (double, gateway, Jar::of(&reply), reply)
}
