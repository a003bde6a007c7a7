//! The web app beside the API.

use std::fs;

use api_gateway::Settings;
use reqwest::{Method, StatusCode};
use tempfile::TempDir;

use crate::support::{Ask, Gateway, settings};

fn app() -> (TempDir, Gateway) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("index.html"),
        "<!doctype html><title>App</title>",
    )
    .unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    fs::write(
        folder.path().join("assets/app-3f2a9c.js"),
        "let a = 1;\n".repeat(200),
    )
    .unwrap();
    let gateway = Gateway::start(Settings {
        web_dir: Some(folder.path().to_owned()),
        ..settings()
    });
    (folder, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_the_app_show_its_page() {
    let (_folder, gateway) = app();

    for path in [
        "/",
        "/search",
        "/credentials/7/recognitions",
        "/index.html",
        // A folder is no address of a file.
        "/assets",
    ] {
        let reply = gateway.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
        assert!(reply.text.contains("<title>App"), "{path}");
        assert!(
            reply.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert_eq!(reply.header("cache-control"), "no-cache", "{path}");
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self'"), "{path}: {policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hashed_files_are_kept_and_compressed() {
    let (_folder, gateway) = app();
    let ask = Ask::default().header("accept-encoding", "gzip");

    let reply = gateway.get("/assets/app-3f2a9c.js").await;
    let packed = gateway
        .ask(Method::HEAD, "/assets/app-3f2a9c.js", ask)
        .await;

    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(
        reply.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(packed.header("content-encoding"), "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_without_its_page_is_our_fault() {
    let (folder, gateway) = app();
    fs::remove_file(folder.path().join("index.html")).unwrap();

    let page = gateway.get("/search").await;
    let file = gateway.get("/index.html").await;

    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(page.code(), "INTERNAL_ERROR");
    assert_eq!(file.status, StatusCode::NOT_FOUND);
    assert_eq!(file.code(), "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_of_the_app_is_not_found() {
    let (_folder, gateway) = app();

    for path in [
        "/assets/gone-111111.js",
        "/assets/",
        "/assets/gone",
        "/favicon.ico",
        "/api/v1/nothing",
        "/api",
        "/health/nothing",
        "/metrics.txt",
        "/.env",
        "/..%2f..%2fetc%2fpasswd.txt",
        "/assets/..%2f..%2fsecret.txt",
    ] {
        let reply = gateway.get(path).await;
        assert!(
            matches!(
                reply.status,
                StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST
            ),
            "{path}: {}",
            reply.status
        );
        assert_ne!(reply.code(), "none", "{path}: {}", reply.text);
    }
    let post = gateway.ask(Method::POST, "/search", Ask::default()).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(post.code(), "INVALID_FORMAT");
}
