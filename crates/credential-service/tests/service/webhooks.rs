//! Webhooks from the call that makes one to the message that arrives, and what follows when it does not.

mod crash;
mod disabled;
mod hung;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use credential_service::job::webhook::EVENT_TYPES;
use credential_service::{SETTINGS, WORKER, WorkerApplication, WorkerSettings};
use dev_stack::receiver::{Message, Receiver};
use domain::ErrorCode;
use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use http::StatusCode;
use protocol::pb::credential as pb;
use service_runtime::{Context, Metrics, Shutdown, settings};
use standardwebhooks::Webhook;
use tokio::time::timeout;

use crate::support::{Person, Service, credential, outcome, refusal};

/// Service, worker and receiver of one test.
struct Bench {
    service: Service,
    receiver: Arc<Receiver>,
    worker: Shutdown,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.worker.begin();
    }
}

impl Bench {
    async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with settings of the test's own for the worker.
    async fn with(more: &[(&str, &str)]) -> Self {
        let service = Service::start().await;
        let (application, worker) = worker(service.database.url(), more);
        tokio::spawn(application.serve());
        Self {
            service,
            receiver: Arc::new(Receiver::start().await.unwrap()),
            worker,
        }
    }

    async fn administrator(&self, institution: InstitutionId) -> Person {
        self.service
            .person(UserRole::InstitutionAdmin, Some(institution))
            .await
    }

    async fn webhook(&self, person: &Person, events: &[&str]) -> pb::CreateWebhookResponse {
        create(person, &self.receiver.url(), events).await.unwrap()
    }

    async fn reached(&self, number: i64, sql: &str) {
        let waited = timeout(Duration::from_secs(60), async {
            while self.service.count(sql).await != number {
                tokio::task::yield_now().await;
            }
        });
        assert!(waited.await.is_ok(), "{sql} is not {number}");
    }

    async fn messages(&self, number: usize) -> Vec<Message> {
        let deliveries = "SELECT count(*) FROM webhook_deliveries WHERE status = 'SUCCEEDED'";
        self.reached(i64::try_from(number).unwrap(), deliveries)
            .await;
        self.receiver.messages()
    }
}

/// A worker, and what ends it.
fn worker(url: &str, more: &[(&str, &str)]) -> (WorkerApplication, Shutdown) {
    let mails = std::env::temp_dir().join("bccb-test-mail");
    let mails = mails.display().to_string();
    let usual = [
        ("APP_ENV", "test"),
        ("DATABASE_URL", url),
        ("MAIL_DIR", mails.as_str()),
        ("WEBHOOK_ALLOW_PRIVATE", "true"),
    ];
    let environment: HashMap<String, String> = usual
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let (common, own) = settings::load(SETTINGS, None, &environment, WorkerSettings::read).unwrap();
    let context = Context::new(WORKER, &common, Metrics::detached());
    let shutdown = context.shutdown().clone();
    let application = WorkerApplication::build(&own, Duration::from_secs(5), context).unwrap();
    (application, shutdown)
}

async fn create(
    person: &Person,
    url: &str,
    events: &[&str],
) -> Result<pb::CreateWebhookResponse, domain::Failure> {
    let request = pb::CreateWebhookRequest {
        institution_id: person.principal.institution_id().map(|id| id.to_string()),
        url: url.to_owned(),
        event_types: events.iter().map(|name| (*name).to_owned()).collect(),
    };
    outcome(person.webhooks().create_webhook(person.ask(request)).await)
}

async fn redeliver(
    person: &Person,
    webhook_id: String,
    delivery_id: String,
) -> Result<pb::RedeliverWebhookResponse, domain::Failure> {
    let request = pb::RedeliverWebhookRequest {
        webhook_id,
        delivery_id,
    };
    outcome(
        person
            .webhooks()
            .redeliver_webhook(person.ask(request))
            .await,
    )
}

async fn deliveries(person: &Person, id: &str) -> Vec<pb::WebhookDelivery> {
    let request = pb::ListWebhookDeliveriesRequest {
        webhook_id: id.to_owned(),
        ..Default::default()
    };
    let mut client = person.webhooks();
    let asked = client.list_webhook_deliveries(person.ask(request));
    outcome(asked.await).unwrap().deliveries
}

fn verified(secret: &str, message: &Message) -> bool {
    Webhook::new(secret)
        .unwrap()
        .verify(message.body.as_bytes(), &message.headers)
        .is_ok()
}

#[tokio::test]
async fn a_change_arrives_signed_and_once() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    let made = bench.webhook(&admin, &["credential.published"]).await;

    let offer = admin.publish_new(own, "A-1").await;
    let messages = bench.messages(1).await;

    assert_eq!(messages.len(), 1);
    assert!(verified(&made.secret, &messages[0]));
    assert!(!verified(
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &messages[0]
    ));
    let body: serde_json::Value = serde_json::from_str(&messages[0].body).unwrap();
    assert_eq!(body["type"], "credential.published");
    assert_eq!(body["data"]["id"], offer.id);
    assert!(body["timestamp"].is_string());
    let webhook = made.webhook.unwrap();
    let sent = deliveries(&admin, &webhook.id).await;
    assert_eq!(sent[0].id, messages[0].header("webhook-id"));
    assert_eq!((sent[0].attempts, sent[0].response_status), (1, Some(204)));
}

#[tokio::test]
async fn drafts_of_others_are_never_heard_of() {
    let bench = Bench::start().await;
    let (own, other) = (
        bench.service.institution("OWN").await,
        bench.service.institution("OTHER").await,
    );
    let (ours, theirs) = (
        bench.administrator(own).await,
        bench.administrator(other).await,
    );
    bench
        .webhook(&ours, &["credential.created", "credential.published"])
        .await;

    theirs
        .create_credential(other, credential("SECRET-1"))
        .await
        .unwrap();
    ours.create_credential(own, credential("OWN-1"))
        .await
        .unwrap();
    let messages = bench.messages(1).await;

    assert!(messages[0].body.contains("OWN-1"), "{}", messages[0].body);
    assert!(
        messages
            .iter()
            .all(|message| !message.body.contains("SECRET-1"))
    );
}

#[tokio::test]
async fn a_failed_message_is_repeated_and_can_be_sent_again() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    let made = bench.webhook(&admin, &["credential.created"]).await;
    let webhook = made.webhook.unwrap();

    bench.receiver.answer(StatusCode::FOUND);
    admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();
    bench.reached(1, "SELECT count(*) FROM webhook_deliveries WHERE attempts = 1 AND error = 'the receiver answered 302' AND length(response_body) = 4096").await;
    bench.receiver.answer(StatusCode::NO_CONTENT);
    bench
        .reached(
            1,
            "SELECT count(*) FROM jobs WHERE kind = 'webhook' AND status = 'WAITING'",
        )
        .await;
    bench
        .service
        .sql("UPDATE jobs SET run_after = now() WHERE kind = 'webhook'")
        .await;
    let messages = bench.messages(1).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(
        messages[0].header("webhook-id"),
        messages[1].header("webhook-id")
    );

    let sent = deliveries(&admin, &webhook.id).await;
    bench
        .reached(
            0,
            "SELECT count(*) FROM jobs WHERE kind = 'webhook' AND status <> 'DONE'",
        )
        .await;
    redeliver(&admin, webhook.id.clone(), sent[0].id.clone())
        .await
        .unwrap();
    bench
        .reached(
            1,
            "SELECT count(*) FROM webhook_deliveries WHERE attempts = 3 AND status = 'SUCCEEDED'",
        )
        .await;

    let other = bench.service.institution("OTHER").await;
    let stranger = bench.administrator(other).await;
    let refused = redeliver(&stranger, webhook.id, sent[0].id.clone()).await;
    assert_eq!(refusal(refused), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_webhook_that_keeps_failing_is_disabled_and_its_owner_hears_of_it() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    bench.webhook(&admin, &["credential.created"]).await;
    bench.receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
    bench
        .service
        .sql("UPDATE webhooks SET consecutive_failures = 19, failing_since = now() - interval '25 hours'")
        .await;

    admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();

    bench.reached(1, "SELECT count(*) FROM webhooks WHERE NOT is_active AND disabled_reason = 'the receiver answered 500'").await;
    bench
        .reached(1, "SELECT count(*) FROM jobs WHERE kind = 'mail'")
        .await;
    let recorded = "SELECT count(*) FROM audit_logs WHERE entity_type = 'WEBHOOK' AND user_id IS NULL AND changes ? 'disabledReason'";
    assert_eq!(bench.service.count(recorded).await, 1);
    bench
        .service
        .sql("UPDATE jobs SET run_after = now() WHERE kind = 'webhook'")
        .await;
    bench.reached(1, "SELECT count(*) FROM webhook_deliveries WHERE status = 'FAILED' AND error = 'the webhook is disabled'").await;
}

#[tokio::test]
async fn who_is_gone_is_not_asked_again() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    bench.webhook(&admin, &["credential.created"]).await;
    bench.receiver.answer(StatusCode::GONE);

    admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();

    bench
        .reached(
            1,
            "SELECT count(*) FROM webhook_deliveries WHERE status = 'FAILED'",
        )
        .await;
    assert_eq!(
        bench
            .service
            .count("SELECT count(*) FROM webhooks WHERE is_active")
            .await,
        0
    );
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_old_one() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    let made = bench.webhook(&admin, &["credential.created"]).await;
    let id = made.webhook.unwrap().id;
    let request = admin.ask(pb::RotateWebhookSecretRequest { id });
    let rotated = outcome(admin.webhooks().rotate_webhook_secret(request).await).unwrap();

    admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();
    let messages = bench.messages(1).await;

    assert_ne!(made.secret, rotated.secret);
    assert!(verified(&made.secret, &messages[0]) && verified(&rotated.secret, &messages[0]));
    let record = "SELECT count(*) FROM audit_logs WHERE entity_type = 'WEBHOOK' AND changes::text NOT LIKE '%whsec%'";
    assert_eq!(bench.service.count(record).await, 2);
}

#[tokio::test]
async fn webhooks_belong_to_administrators_and_lead_to_the_web() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    let coordinator = bench
        .service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;

    let refused = create(&coordinator, &bench.receiver.url(), &[]).await;
    assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    let broken = create(&admin, "ftp://example.org/", &["no.such"])
        .await
        .unwrap_err();
    let fields: Vec<&str> = broken
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(fields, ["url", "eventTypes[0]"]);
    let everything = create(&admin, &bench.receiver.url(), &[]).await.unwrap();
    let webhook = everything.webhook.unwrap();
    assert_eq!(webhook.event_types.len(), EVENT_TYPES.len());

    let request = admin.ask(pb::DeleteWebhookRequest {
        id: webhook.id.clone(),
    });
    outcome(admin.webhooks().delete_webhook(request).await).unwrap();
    let request = admin.ask(pb::GetWebhookRequest { id: webhook.id });
    let gone = outcome(admin.webhooks().get_webhook(request).await);
    assert_eq!(refusal(gone), ErrorCode::NotFound);
}

#[tokio::test]
async fn concurrent_writers_lose_no_message() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    bench.webhook(&admin, &["credential.created"]).await;

    let writing = (0..40).map(|number| {
        let admin = admin.clone();
        async move {
            admin
                .create_credential(own, credential(&format!("C-{number}")))
                .await
        }
    });
    let written = futures::future::join_all(writing).await;
    let kept = written.iter().filter(|made| made.is_ok()).count();

    let messages = bench.messages(kept).await;
    let mut ids: Vec<&str> = messages
        .iter()
        .map(|message| message.header("webhook-id"))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert!(kept > 10);
    assert_eq!((ids.len(), messages.len()), (kept, kept));
}

#[tokio::test]
async fn a_message_that_waits_is_sent_at_once_when_somebody_asks() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    let made = bench.webhook(&admin, &["credential.created"]).await;
    let webhook = made.webhook.unwrap();
    bench.receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
    admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();
    let failed =
        "SELECT count(*) FROM webhook_deliveries WHERE attempts = 1 AND status = 'PENDING'";
    bench.reached(1, failed).await;
    bench
        .reached(
            1,
            "SELECT count(*) FROM jobs WHERE kind = 'webhook' AND status = 'WAITING'",
        )
        .await;
    bench
        .service
        .sql("UPDATE jobs SET run_after = now() + interval '1 day' WHERE kind = 'webhook'")
        .await;

    bench.receiver.answer(StatusCode::NO_CONTENT);
    let sent = deliveries(&admin, &webhook.id).await;
    redeliver(&admin, webhook.id, sent[0].id.clone())
        .await
        .unwrap();

    let done =
        "SELECT count(*) FROM webhook_deliveries WHERE attempts = 2 AND status = 'SUCCEEDED'";
    bench.reached(1, done).await;
}

#[tokio::test]
async fn what_waits_for_a_disabled_webhook_is_marked_and_given_up_quietly() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    bench.webhook(&admin, &["credential.created"]).await;
    bench.receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
    for number in 0..3 {
        let draft = credential(&format!("A-{number}"));
        admin.create_credential(own, draft).await.unwrap();
    }
    bench
        .reached(
            3,
            "SELECT count(*) FROM webhook_deliveries WHERE attempts >= 1",
        )
        .await;
    bench.receiver.answer(StatusCode::GONE);
    bench
        .service
        .sql("UPDATE jobs SET run_after = now() WHERE kind = 'webhook'")
        .await;

    bench
        .reached(
            3,
            "SELECT count(*) FROM webhook_deliveries WHERE status = 'FAILED'",
        )
        .await;
    bench
        .service
        .sql("UPDATE jobs SET run_after = now() WHERE kind = 'webhook' AND status = 'WAITING'")
        .await;
    bench
        .reached(
            3,
            "SELECT count(*) FROM jobs WHERE kind = 'webhook' AND status = 'DONE'",
        )
        .await;
    assert_eq!(
        bench
            .service
            .count("SELECT count(*) FROM jobs WHERE status = 'PARKED'")
            .await,
        0
    );
}

#[tokio::test]
async fn many_at_once_make_no_more_webhooks_than_there_may_be() {
    const URL: &str = "https://hooks.example.org/bccb";
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    let administrators = [
        service.person(UserRole::InstitutionAdmin, Some(own)).await,
        service.admin().await,
    ];
    for administrator in &administrators {
        for _made in 0..18 {
            create(administrator, URL, &[]).await.unwrap();
        }

        let tries = (0..6).map(|_try| create(administrator, URL, &[]));
        let outcomes = futures::future::join_all(tries).await;

        let (made, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (2, 4));
        for outcome in refused {
            assert_eq!(refusal(outcome), ErrorCode::Conflict);
        }
    }
}
