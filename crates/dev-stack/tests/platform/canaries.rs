//! Nothing secret and nothing personal is in a log, a metric or a report of an error, however much the services tell.
//!
//! Every secret and every personal text that the platform takes or gives out is a canary: a text that nobody has seen
//! before. Requests carry them through every service, good ones and refused ones and one that fails; then all that the
//! services have said is searched for them. What may be told is the number of a request: one is planted, and must be found.

mod book;
mod people;
mod words;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use dev_stack::TestStack;
use dev_stack::actor::Answer;
use dev_stack::receiver::Receiver;
use dev_stack::service::RunningService;
use dev_stack::smtp::MailServer;
use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use serde_json::json;

use self::book::Book;

const PATIENCE: Duration = Duration::from_secs(60);
const SERVICES: [&str; 4] = [
    "ai-service",
    "api-gateway",
    "credential-service",
    "credential-worker",
];

fn accepted(answer: &Answer) {
    assert!(answer.status < 300, "{}: {}", answer.status, answer.body);
}

fn refused(answer: &Answer) {
    let status = answer.status;
    assert!((400..500).contains(&status), "{status}: {}", answer.body);
}

fn failed(answer: &Answer) {
    assert!(answer.status >= 500, "{}: {}", answer.status, answer.body);
}

#[tokio::test]
async fn nothing_secret_or_personal_is_in_logs_metrics_or_reports() {
    let reports = Receiver::start().await.unwrap();
    let mails = MailServer::start().await.unwrap();
    let mut stack = talkative(&reports, &mails).await;
    let (mut book, mut allowed) = (Book::default(), Book::default());

    people::visit(&stack, &mut book).await;
    words::visit(&stack, &mut book).await;
    stack.start_worker().await.unwrap();
    words::deliver(&stack, &mut book).await;
    send_mails(&mails).await;
    plant(&stack, &mut allowed).await;
    let metrics = metrics(&stack).await;
    let logs = stopped_logs(stack).await;
    let reports: String = reports.messages().into_iter().map(|it| it.body).collect();

    the_search_works(&logs, &metrics, &reports, &allowed);
    let mut met = Vec::new();
    let told = logs.iter().chain(&metrics);
    let told = told.map(|(place, text)| (place.as_str(), text.as_str()));
    for (place, text) in told.chain([("reports", reports.as_str())]) {
        for what in book.met_in(text) {
            met.push(format!("{what} in {place}"));
        }
    }
    let bytes: usize = logs.values().map(String::len).sum();
    println!("{} canaries, {bytes} bytes of logs", book.len());
    assert!(met.is_empty(), "{met:#?}");
    for (service, log) in &logs {
        no_line_is_forged(service, log);
    }
}

/// The whole platform, which tells as much as it ever does.
async fn talkative(reports: &Receiver, mails: &MailServer) -> TestStack {
    let dsn = reports.url();
    let dsn = dsn.replace("http://", "http://public@");
    let dsn = dsn.replace("/hook", "/1");
    let port = mails.address().port().to_string();
    let settings = [
        ("LOG_LEVEL", "trace"),
        ("DATABASE_LOGGING", "true"),
        ("SENTRY_DSN", dsn.as_str()),
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_TLS", "none"),
        ("WEBHOOK_ALLOW_PRIVATE", "true"),
    ];
    TestStack::start_with(Template::Seeded, Parts::Everything, &settings)
        .await
        .unwrap()
}

/// Waits until every mail was taken or refused.
async fn send_mails(mails: &MailServer) {
    eventually("the mails on their way", PATIENCE, async || {
        let refused = mails.refused();
        let met = |place: &str| refused.iter().any(|address| address.starts_with(place));
        (mails.received().len() >= 3 && met("busy") && met("gone")).then_some(())
    })
    .await
    .unwrap();
}

/// Names requests that every service takes part in by what must be found again.
async fn plant(stack: &TestStack, allowed: &mut Book) {
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let named = admin.with_header("X-Request-Id", allowed.coin("name of a request"));
    accepted(&named.get("/users/me").await.unwrap());
    let texts = json!({"texts": ["Describe a soil"]});
    accepted(&named.post("/ai/embeddings", &texts).await.unwrap());
}

/// What every service measures.
async fn metrics(stack: &TestStack) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let optional = [&stack.ai, &stack.gateway, &stack.worker];
    for service in optional.into_iter().flatten().chain([&stack.credential]) {
        let url = format!("{}/metrics", service.url("admin").unwrap());
        let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
        texts.insert(format!("metrics of {}", service.name()), text);
    }
    texts
}

/// Ends every service, so that all is told, and reads what they have said.
async fn stopped_logs(mut stack: TestStack) -> BTreeMap<String, String> {
    let folder = stack.platform.folder.clone();
    for service in [stack.gateway.take(), stack.worker.take(), stack.ai.take()] {
        RunningService::stop(service.unwrap()).await.unwrap();
    }
    stack.credential.stop().await.unwrap();
    let read = |name: &str| (name.to_owned(), log(&folder, name));
    SERVICES.map(read).into()
}

fn log(folder: &Path, service: &str) -> String {
    let bytes = std::fs::read(folder.join(format!("{service}.log"))).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Everything was told, and what may be told is found.
fn the_search_works(
    logs: &BTreeMap<String, String>,
    metrics: &BTreeMap<String, String>,
    reports: &str,
    allowed: &Book,
) {
    for (service, log) in logs {
        let details = ["\"level\":\"TRACE\"", "\"level\":\"DEBUG\""];
        assert!(details.iter().any(|level| log.contains(level)), "{service}");
        if service != "credential-worker" {
            assert_eq!(allowed.met_in(log).len(), allowed.len(), "{service}");
        }
    }
    assert!(logs["credential-service"].contains("\"target\":\"sql\""));
    assert!(logs["credential-service"].contains("planted fault"));
    assert!(logs["credential-worker"].contains("the job failed"));
    assert_eq!(metrics.len(), SERVICES.len());
    for (place, text) in metrics {
        assert!(text.contains("# TYPE"), "{place}");
    }
    assert!(reports.contains("request failed"), "{reports}");
}

/// Whatever was sent, a line is one object, and commands of a terminal are written out.
fn no_line_is_forged(service: &str, log: &str) {
    // ONNX Runtime has a way of its own to complain while it starts.
    let all_are_ours = service != "ai-service";
    for line in log.lines() {
        if all_are_ours || line.starts_with('{') {
            let read: Result<BTreeMap<String, serde_json::Value>, _> = serde_json::from_str(line);
            assert!(
                read.is_ok() && !line.contains('\u{1b}'),
                "{service}: {line}"
            );
        }
    }
}
