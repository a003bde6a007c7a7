use std::net::Ipv4Addr;

use axum::{Router, routing::get};
use tokio::{net::TcpListener, task::JoinHandle};

use super::serve_admin;
use crate::{health::Health, shutdown::Shutdown, telemetry::Metrics};

struct Admin {
    base: String,
    shutdown: Shutdown,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Admin {
    async fn start(health: Health, extra: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = Shutdown::new();
        let serving = tokio::spawn(serve_admin(
            listener,
            health,
            Metrics::detached(),
            extra,
            shutdown.clone(),
        ));
        Self {
            base,
            shutdown,
            serving,
        }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        crate::tls::use_ring();
        let response = reqwest::get(format!("{}{path}", self.base)).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

#[tokio::test]
async fn alive_from_the_start_and_ready_when_the_latch_opens() {
    let health = Health::new();
    let latch = health.latch("starting");
    let admin = Admin::start(health.clone(), Router::new()).await;

    assert_eq!(admin.get("/livez").await.0, 200);
    let (status, body) = admin.get("/readyz").await;
    assert_eq!(status, 503);
    assert!(body.contains("waiting for: starting"));

    latch.release();
    assert_eq!(admin.get("/readyz").await.0, 200);

    health.drain();
    assert_eq!(admin.get("/readyz").await.0, 503);
    assert_eq!(admin.get("/livez").await.0, 200);
}

#[tokio::test]
async fn metrics_and_own_routes_are_served() {
    let extra = Router::new().route("/version", get(async || "1"));
    let admin = Admin::start(Health::new(), extra).await;

    assert_eq!(admin.get("/metrics").await.0, 200);
    assert_eq!(admin.get("/version").await, (200, "1".to_owned()));
    assert_eq!(admin.get("/elsewhere").await.0, 404);
}

#[tokio::test]
async fn it_stops_when_told() {
    let admin = Admin::start(Health::new(), Router::new()).await;

    admin.shutdown.begin();

    admin.serving.await.unwrap().unwrap();
}
