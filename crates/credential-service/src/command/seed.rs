//! `seed`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use service_runtime::errors::BoxError;
use tempfile::NamedTempFile;

use super::Operator;
use super::output::say;
use crate::seed::{DemoAccount, first_administrator, reset_demo_accounts, seed_demo};

/// Arguments of `seed`.
#[derive(Debug, Args)]
pub(super) struct Seed {
    /// E-mail of the first platform administrator.
    #[arg(long, required_unless_present = "demo", conflicts_with = "demo")]
    email: Option<String>,
    /// Loads the demonstration catalogue instead; what is there already stays as it is.
    #[arg(long)]
    demo: bool,
    /// Gives the demonstration accounts new passwords and writes them to this file, which only its owner may read.
    #[arg(long, value_name = "FILE", requires = "demo")]
    accounts_file: Option<PathBuf>,
}

impl Seed {
    pub(super) async fn run(self, operator: Operator) -> Result<(), BoxError> {
        let database = operator.open()?;
        if let Some(email) = self.email {
            let password = first_administrator(&database, &email).await?;
            say(&format!(
                "{email} is a platform administrator; the password is shown this once:"
            ));
            say(&password);
            return Ok(());
        }
        let seeded = seed_demo(&database).await?;
        say(&format!(
            "added: {} institutions, {} micro-credentials, {} recognitions, {} pathways",
            seeded.institutions, seeded.credentials, seeded.recognitions, seeded.pathways
        ));
        if let Some(path) = self.accounts_file {
            let accounts = reset_demo_accounts(&database).await?;
            write_privately(&path, &accounts)?;
            say(&format!(
                "{} accounts in {}",
                accounts.len(),
                path.display()
            ));
        }
        Ok(())
    }
}

/// Writes a file that only its owner may read, all of it or nothing.
fn write_privately(path: &Path, accounts: &[DemoAccount]) -> Result<(), BoxError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Temporary files have the mode 0600 from the beginning.
    let mut file = NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, accounts)?;
    file.flush()?;
    file.persist(path)?;
    Ok(())
}
