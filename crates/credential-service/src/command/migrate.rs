//! `migrate`.

use clap::Args;
use service_runtime::errors::BoxError;

use super::Operator;
use super::output::say;
use crate::migration;

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Takes so many migrations back instead.
    #[arg(long, value_name = "N")]
    down: Option<usize>,
}

impl Migrate {
    pub(super) async fn run(self, operator: Operator) -> Result<(), BoxError> {
        let (done, names) = match self.down {
            Some(count) => ("taken back", migration::down(operator.url(), count).await?),
            None => ("applied", migration::up(operator.url()).await?),
        };
        for name in &names {
            say(&format!("{done}: {name}"));
        }
        if names.is_empty() {
            say("the schema is as asked for");
        }
        if let (None, Some(role)) = (self.down, &operator.database.app_role) {
            migration::grant(operator.url(), role).await?;
            say(&format!("granted: what the service needs, to {role}"));
        }
        Ok(())
    }
}
