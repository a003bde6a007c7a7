//! What never becomes a request is answered by the HTTP parser alone, as the README says: a bare status, then the end.

use std::time::Duration;

use api_gateway::Settings;

use crate::support::socket::conversation;
use crate::support::{Gateway, settings};

/// Bytes of a head after which the parser gives up.
const LONGEST_HEAD: usize = 131_072;

/// Requires an answer of the parser: the status, no body, nothing of ours. The conversation has ended already.
fn require_bare(answer: &str, status: &str, sent: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").expect(sent);
    let head = head.to_lowercase();
    assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    assert!(head.contains("\ncontent-length: 0"), "{sent}: {head}");
    assert_eq!(body, "", "{sent}: {head}");
    for ours in ["x-request-id", "content-type", "content-security-policy"] {
        assert!(!head.contains(ours), "{sent}: {head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_gets_a_bare_400() {
    let gateway = Gateway::start(settings());

    for sent in [
        "GET /health/live HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n",
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\n",
    ] {
        let answer = conversation(&gateway, sent.as_bytes()).await;
        require_bare(&answer, "400", sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_or_too_long_headers_get_a_bare_431() {
    let gateway = Gateway::start(settings());
    let many: String = (0..97).map(|number| format!("X-{number}: a\r\n")).collect();
    let many = format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{many}\r\n");
    let begun = "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: ";
    // Not a byte more: what the parser leaves unread would end the connection with a reset, which can overtake the answer.
    let long = format!("{begun}{}", "a".repeat(LONGEST_HEAD - begun.len()));

    for sent in [many, long] {
        let answer = conversation(&gateway, sent.as_bytes()).await;
        require_bare(&answer, "431", "a large head");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_come_gets_a_bare_408() {
    let gateway = Gateway::start(Settings {
        slow_limit: Duration::from_millis(300),
        ..settings()
    });

    let answer = conversation(&gateway, b"GET /health/live HTTP/1.1\r\nHost:").await;

    require_bare(&answer, "408", "a slow head");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_before_it_is_answered_like_any_other() {
    let gateway = Gateway::start(settings());
    let sent = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/9.9\r\nHost: x\r\n\r\n";

    let answer = conversation(&gateway, sent.as_bytes()).await;

    let second = answer.rfind("HTTP/1.1 ").expect("an answer");
    let (first, second) = answer.split_at(second);
    assert!(first.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(first.contains("x-request-id"), "{answer}");
    require_bare(second, "400", sent);
}
