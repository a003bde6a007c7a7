//! Mail from the transaction that asks for it to the mail server, or the folder, that takes it.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use credential_service::job::mail::{self, Locale, Mail, Template};
use credential_service::{SETTINGS, WORKER, WorkerApplication, WorkerSettings};
use dev_stack::smtp::MailServer;
use service_runtime::{Context, Metrics, Shutdown, settings};
use tokio::task::JoinHandle;

use super::Bench;

/// The shipped worker in this process.
struct MailWorker {
    shutdown: Shutdown,
    _serving: JoinHandle<()>,
}

impl Drop for MailWorker {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

fn start(bench: &Bench, more: &[(&str, String)]) -> MailWorker {
    let mut environment: HashMap<String, String> = BTreeMap::from([
        ("APP_ENV", "test".to_owned()),
        ("DATABASE_URL", bench.database.url().to_owned()),
        ("SMTP_FROM", "BCCB <no-reply@example.org>".to_owned()),
        ("SMTP_TLS", "none".to_owned()),
    ])
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    environment.extend(
        more.iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    let (common, own) = settings::load(SETTINGS, None, &environment, WorkerSettings::read).unwrap();
    let context = Context::new(WORKER, &common, Metrics::detached());
    let shutdown = context.shutdown().clone();
    let application = WorkerApplication::build(&own, Duration::from_secs(5), context).unwrap();
    let serving = tokio::spawn(async move { application.serve().await.unwrap() });
    MailWorker {
        shutdown,
        _serving: serving,
    }
}

fn at(server: &MailServer) -> [(&'static str, String); 2] {
    [
        ("SMTP_HOST", server.address().ip().to_string()),
        ("SMTP_PORT", server.address().port().to_string()),
    ]
}

fn mail(to: &str) -> Mail {
    Mail {
        template: Template::PasswordReset,
        to: to.into(),
        name: "Ada".into(),
        link: Some("https://example.org/reset?token=only-for-ada".into()),
        subject: None,
        detail: None,
        items: Vec::new(),
        locale: Some(Locale::En),
    }
}

async fn send(bench: &Bench, mails: &[Mail]) {
    mail::enqueue(&mut bench.connect().await, mails)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_message_arrives_in_both_forms_and_its_link_is_forgotten() {
    let (bench, server) = (Bench::new().await, MailServer::start().await.unwrap());
    let _worker = start(&bench, &at(&server));

    send(&bench, &[mail("ada@example.org")]).await;
    bench.reached(1, "status = 'DONE'").await;

    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].recipients, ["ada@example.org"]);
    let message = &received[0].message;
    for part in [
        "From: BCCB <no-reply@example.org>",
        "Subject: Choose a new password",
        "Content-Type: text/plain",
        "Content-Type: text/html",
        "only-for-ada",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(bench.count("payload::text LIKE '%only-for-ada%'").await, 0);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_an_unknown_person_is_not() {
    let (bench, server) = (Bench::new().await, MailServer::start().await.unwrap());
    let _worker = start(&bench, &at(&server));
    let letters = ["busy@example.org", "gone@example.org", "ada@example.org"].map(mail);
    send(&bench, &letters).await;

    bench
        .reached(
            1,
            "status = 'WAITING' AND last_error = 'the mail server answered 451'",
        )
        .await;
    bench
        .reached(
            1,
            "status = 'PARKED' AND attempts = 1 AND last_error = 'the mail server answered 550'",
        )
        .await;
    bench.reached(1, "status = 'DONE'").await;
    // The wait of half a minute on the average, cut short.
    bench
        .sql("UPDATE jobs SET run_after = now() WHERE status = 'WAITING'")
        .await;
    bench.reached(2, "status = 'DONE'").await;

    assert_eq!(server.refused(), ["busy@example.org", "gone@example.org"]);
    assert_eq!(server.received().len(), 2);
    assert_eq!(
        bench.count("last_error LIKE '%example.org%'").await,
        0,
        "errors quote no address"
    );
}

#[tokio::test]
async fn without_a_mail_server_messages_wait() {
    let bench = Bench::new().await;
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let _worker = start(
        &bench,
        &[
            ("SMTP_HOST", "127.0.0.1".to_owned()),
            ("SMTP_PORT", closed.to_string()),
        ],
    );

    send(&bench, &[mail("ada@example.org")]).await;

    bench
        .reached(
            1,
            "status = 'WAITING' AND last_error = 'the mail server cannot be reached'",
        )
        .await;
}

#[tokio::test]
async fn a_name_with_a_line_break_adds_neither_header_nor_recipient() {
    let (bench, server) = (Bench::new().await, MailServer::start().await.unwrap());
    let _worker = start(&bench, &at(&server));
    let hostile = Mail {
        name: "Ada\r\nBcc: victim@example.org\r\n\r\nplanted".into(),
        ..mail("ada@example.org")
    };
    let worse = mail("ada@example.org>\r\nRCPT TO:<victim@example.org");

    send(&bench, &[hostile, worse]).await;
    bench.reached(1, "status = 'DONE'").await;
    bench
        .reached(
            1,
            "status = 'PARKED' AND last_error = 'the address is none'",
        )
        .await;

    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].recipients, ["ada@example.org"]);
    let headers = received[0].message.split("\r\n\r\n").next().unwrap();
    assert!(!headers.contains("\r\nBcc:"), "{headers}");
}

#[tokio::test]
async fn a_payload_of_another_version_is_parked() {
    let (bench, server) = (Bench::new().await, MailServer::start().await.unwrap());
    let _worker = start(&bench, &at(&server));

    bench
        .sql("INSERT INTO jobs (id, kind, payload) VALUES (gen_random_uuid(), 'mail', '{\"template\": \"unheard_of\", \"to\": \"a@b.c\"}'), \
             (gen_random_uuid(), 'mail', '{\"template\":\"password_reset\",\"to\":\"ada@example.org\",\"name\":\"\",\"link\":\"https://a.b\",\"locale\":\"fr\"}')")
        .await;

    bench
        .reached(
            1,
            "status = 'PARKED' AND last_error = 'the payload cannot be read by this version'",
        )
        .await;
    bench.reached(1, "status = 'DONE'").await;
}

#[tokio::test]
async fn a_folder_takes_messages_on_a_developers_machine() {
    let bench = Bench::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mail");
    let _worker = start(&bench, &[("MAIL_DIR", mails.display().to_string())]);

    send(&bench, &[mail("ada@example.org")]).await;
    bench.reached(1, "status = 'DONE'").await;

    let files: Vec<_> = std::fs::read_dir(&mails)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1);
    let message = std::fs::read_to_string(&files[0]).unwrap();
    assert!(message.contains("To: Ada <ada@example.org>"), "{message}");
}
