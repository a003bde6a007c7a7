//! `jobs`.

use clap::Args;
use service_runtime::errors::BoxError;

use super::Operator;
use super::output::say;
use crate::store::scheduled_tasks::{self, TaskRow};
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
        let tasks = scheduled_tasks::list(&mut transaction).await?;
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
        for task in tasks {
            say(&describe(&task));
        }
        Ok(())
    }
}

/// One scheduled task in a line.
fn describe(task: &TaskRow) -> String {
    let moment = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M UTC");
    let last = match (task.last_succeeded_at, task.last_count) {
        (Some(time), Some(count)) => format!("last done {} ({count})", moment(time)),
        _never => "never done".to_owned(),
    };
    let trouble = match &task.last_error {
        Some(error) => format!("; failed {} times since: {error}", task.failures),
        None => String::new(),
    };
    format!(
        "task {}: {last}, next {}{trouble}",
        task.name,
        moment(task.due_at)
    )
}
