//! `audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::audit::ChainReport;
use service_runtime::errors::BoxError;

use super::Operator;
use super::output::say;
use crate::store::Mode;
use crate::usecase::audit::verify::{Verifier, check};
use crate::usecase::audit::{anchor, verify};

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Signs the newest place of the chain, if it has moved since it was signed last.
    Anchor,
    /// Verifies every entry, every link and every signed place; ends with another code than 0 when something is wrong.
    Verify {
        /// Signed places that were kept elsewhere: the file, or the folder it stands in.
        #[arg(long, value_name = "PATH")]
        anchors: Option<PathBuf>,
    },
    /// Prints the public key, with which signed places can be verified elsewhere.
    Key,
}

impl Audit {
    pub(super) async fn run(self, operator: Operator) -> Result<(), BoxError> {
        let key = operator.audit.key()?;
        let required = || key.clone().ok_or("AUDIT_SIGNING_KEY is not set");
        match self.command {
            Command::Key => say(required()?.public_pem().trim_end()),
            Command::Anchor => {
                let folder = operator.audit.anchor_folder.as_deref();
                match anchor::anchor(&operator.open()?, &required()?, folder).await? {
                    Some(anchor) => say(&format!("signed: number {}", anchor.sequence)),
                    None => say("the newest place is signed already"),
                }
            }
            Command::Verify { anchors } => {
                let outside = match anchors {
                    Some(path) => anchor::read(&path).await?,
                    None => Vec::new(),
                };
                let verifier = Verifier::new(key);
                let database = operator.open()?;
                let mut transaction = database.begin_background(Mode::Snapshot).await?;
                let report = check(&mut transaction, &verifier, verify::ALL, &outside).await?;
                transaction.commit().await?;
                conclude(&report)?;
            }
        }
        Ok(())
    }
}

fn conclude(report: &ChainReport) -> Result<(), BoxError> {
    say(&format!(
        "checked: {} entries, {} signed places, {} signed by keys not known here",
        report.checked, report.anchors_checked, report.anchors_of_unknown_keys
    ));
    match &report.fault {
        None => {
            say("the record is sound");
            Ok(())
        }
        Some(fault) => Err(format!("{}: {}", fault.kind, fault.message).into()),
    }
}
