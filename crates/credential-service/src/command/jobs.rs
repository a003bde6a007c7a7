//! `jobs`.

use clap::Args;
use service_runtime::errors::BoxError;

use super::Operator;
use super::output::say;
use crate::store::{Mode, jobs};

/// Arguments of `jobs`.
#[derive(Debug, Args)]
pub(super) struct Jobs {
    /// Lets jobs that were given up run again, from their first attempt.
    #[arg(long)]
    retry_parked: bool,
    /// Only those of this kind.
    #[arg(long, value_name = "KIND", requires = "retry_parked")]
    kind: Option<String>,
}

impl Jobs {
    pub(super) async fn run(self, operator: Operator) -> Result<(), BoxError> {
        let database = operator.open()?;
        let mut transaction = database.begin_background(Mode::Write).await?;
        if self.retry_parked {
            let count = jobs::unpark(&mut transaction, self.kind.as_deref()).await?;
            say(&format!("run again: {count}"));
        }
        let state = jobs::state(&mut transaction).await?;
        let causes = jobs::parked_causes(&mut transaction).await?;
        transaction.commit().await?;
        say(&format!(
            "waiting: {}, due for {:.0} s; given up: {}",
            state.waiting, state.oldest_seconds, state.parked
        ));
        for cause in causes {
            say(&format!(
                "  {} {}: {}",
                cause.count, cause.kind, cause.error
            ));
        }
        Ok(())
    }
}
