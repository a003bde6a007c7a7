//! `reset`.

use clap::Args;
use diesel_async::SimpleAsyncConnection;
use service_runtime::errors::BoxError;

use super::Operator;
use super::output::say;
use crate::store::{Mode, StoreError};

/// Every table that the service owns, in one statement.
const EMPTY: &str = "TRUNCATE institutions, micro_credentials, learning_outcomes, prerequisites, recognitions, pathways, \
     users, sessions, refresh_tokens, audit_logs, outbox_events, jobs, idempotency_keys";

/// Arguments of `reset`.
#[derive(Debug, Args)]
pub(super) struct Reset {
    /// Says that everything may go.
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
        let database = operator.open()?;
        let mut transaction = database.begin_background(Mode::Write).await?;
        transaction
            .batch_execute(EMPTY)
            .await
            .map_err(StoreError::from)?;
        transaction.commit().await?;
        say("everything is gone");
        Ok(())
    }
}
