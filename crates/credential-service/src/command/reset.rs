//! `reset`.

use clap::Args;
use diesel_async::SimpleAsyncConnection;
use domain::Failure;
use service_runtime::errors::BoxError;

use super::Operator;
use super::output::say;
use crate::store::pool::Database;
use crate::store::{Mode, StoreError};

/// Keeps everybody out until the end. The outbox comes last, as it does for every change: whoever is about to announce one
/// can still end, and nothing appears between the announcements below and the end of what they announce.
const LOCK: &str = "LOCK TABLE institutions, micro_credentials, learning_outcomes, prerequisites, recognitions, pathways, \
     users, sessions, refresh_tokens, account_tokens, registrations, sign_in_failures, audit_logs, audit_chain, audit_anchors, jobs, idempotency_keys, outbox_events \
     IN ACCESS EXCLUSIVE MODE";
/// Old events speak of what is gone; their numbers go on, so the place of a follower stays before what comes next.
const FORGET: &str = "TRUNCATE outbox_events";
/// A follower that kept its place hears of the end of everything, and keeps no catalogue that no longer exists.
const ANNOUNCE: &str = "INSERT INTO outbox_events (event_type, entity_type, entity_id, kind) \
     SELECT 'catalogue.reset', entity_type, id, 'DELETED' FROM ( \
         SELECT 1 AS place, 'PATHWAY' AS entity_type, id FROM pathways \
         UNION ALL SELECT 2, 'RECOGNITION', id FROM recognitions \
         UNION ALL SELECT 3, 'MICRO_CREDENTIAL', id FROM micro_credentials \
         UNION ALL SELECT 4, 'INSTITUTION', id FROM institutions \
     ) AS gone ORDER BY place, id";
/// Every table that the service owns except the outbox.
const EMPTY: &str = "TRUNCATE institutions, micro_credentials, learning_outcomes, prerequisites, recognitions, pathways, \
     users, sessions, refresh_tokens, account_tokens, registrations, sign_in_failures, audit_logs, audit_chain, audit_anchors, jobs, \
     idempotency_keys, \
     webhooks, webhook_deliveries, review_reminders, reports";
/// The record only grows; its owner alone can say otherwise, and does so here for the time of one transaction. Signed places
/// that were kept elsewhere will say that the record was cut, which is what happens here.
const OPEN_RECORD: &str = "ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_only_grow; \
     ALTER TABLE audit_chain DISABLE TRIGGER audit_chain_only_grow; \
     ALTER TABLE audit_anchors DISABLE TRIGGER audit_anchors_only_grow";
const CLOSE_RECORD: &str = "ALTER TABLE audit_logs ENABLE TRIGGER audit_logs_only_grow; \
     ALTER TABLE audit_chain ENABLE TRIGGER audit_chain_only_grow; \
     ALTER TABLE audit_anchors ENABLE TRIGGER audit_anchors_only_grow";

/// Arguments of `reset`.
#[derive(Debug, Args)]
pub(super) struct Reset {
    /// Says that everything may go. Needs the owner of the tables, not the role that the services work with.
    #[arg(long)]
    yes: bool,
}

impl Reset {
    pub(super) async fn run(self, operator: Operator) -> Result<(), BoxError> {
        if operator.common.app_environment.is_production() {
            return Err("reset refuses to work with APP_ENV=production".into());
        }
        if !self.yes {
            return Err(
                "reset removes everything from the database; say `--yes` if that is meant".into(),
            );
        }
        reset_everything(&operator.open()?).await?;
        say("everything is gone");
        Ok(())
    }
}

/// Removes everything, and tells the followers of the feed.
///
/// # Errors
/// When the database refuses; then nothing is removed.
pub async fn reset_everything(database: &Database) -> Result<(), Failure> {
    let mut transaction = database.begin_background(Mode::Write).await?;
    for statement in [LOCK, FORGET, ANNOUNCE, OPEN_RECORD, EMPTY, CLOSE_RECORD] {
        transaction
            .batch_execute(statement)
            .await
            .map_err(StoreError::from)?;
    }
    transaction.commit().await?;
    Ok(())
}
