//! A webhook that is disabled while somebody writes messages to it.

use super::Bench;
use crate::support::credential;

/// Whoever writes a message has seen the webhook active; before the message is there, the webhook is not.
const DISABLE: &str = "
    CREATE FUNCTION disable() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        UPDATE webhooks SET is_active = false, disabled_reason = 'the receiver answered 410' WHERE id = NEW.webhook_id;
        RETURN NEW;
    END $$;
    CREATE TRIGGER disable BEFORE INSERT ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION disable()";

#[tokio::test]
async fn what_is_written_while_a_webhook_is_disabled_waits_for_nobody() {
    let bench = Bench::start().await;
    let own = bench.service.institution("OWN").await;
    let admin = bench.administrator(own).await;
    bench.webhook(&admin, &["credential.created"]).await;
    bench.service.sql(DISABLE).await;

    admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();

    bench
        .reached(
            1,
            "SELECT count(*) FROM webhook_deliveries WHERE status = 'FAILED' AND attempts = 0 AND error = 'the webhook is disabled'",
        )
        .await;
    bench
        .reached(
            1,
            "SELECT count(*) FROM jobs WHERE kind = 'webhook' AND status = 'DONE'",
        )
        .await;
    assert!(bench.receiver.messages().is_empty());
}
