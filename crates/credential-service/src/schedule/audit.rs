//! Signs the record of decisions every few minutes and verifies it every night.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use futures::future::BoxFuture;

use super::{Pace, Task};
use crate::secret::audit_key::AuditKey;
use crate::settings::AuditSettings;
use crate::store::Mode;
use crate::store::pool::Database;
use crate::usecase::audit::anchor::{anchor, read_if_there};
use crate::usecase::audit::verify::{ALL, Verifier, check};

/// Minutes from one signature to the next: what was recorded since the last one could still be written anew unseen.
const SIGN_EVERY: u64 = 5;
/// Hour (UTC) of the verification: the night of the west coast.
const VERIFY_AT: u64 = 10;
/// Reading and hashing some millions of entries.
const VERIFY_LIMIT: Duration = Duration::from_secs(4 * 3_600);

/// The tasks that look after the record; nothing is signed without a key.
pub(crate) fn tasks(
    database: &Database,
    settings: &AuditSettings,
) -> Result<Vec<Arc<dyn Task>>, Failure> {
    let key = settings.key()?;
    let folder = settings.anchor_folder.clone();
    let mut tasks: Vec<Arc<dyn Task>> = vec![Arc::new(Verify {
        database: database.clone(),
        verifier: Verifier::new(key.clone()),
        folder: folder.clone(),
    })];
    if let Some(key) = key {
        tasks.push(Arc::new(Sign {
            database: database.clone(),
            key,
            folder,
        }));
    }
    Ok(tasks)
}

struct Sign {
    database: Database,
    key: AuditKey,
    folder: Option<PathBuf>,
}

impl Sign {
    async fn sign(&self) -> Result<u64, Failure> {
        let signed = anchor(&self.database, &self.key, self.folder.as_deref()).await?;
        Ok(u64::from(signed.is_some()))
    }
}

impl Task for Sign {
    fn name(&self) -> &'static str {
        "sign_audit_chain"
    }

    fn pace(&self) -> Pace {
        Pace::minutes(SIGN_EVERY)
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>> {
        Box::pin(self.sign())
    }
}

struct Verify {
    database: Database,
    verifier: Verifier,
    folder: Option<PathBuf>,
}

impl Verify {
    async fn verify(&self) -> Result<u64, Failure> {
        let outside = match &self.folder {
            Some(folder) => read_if_there(folder).await?,
            None => Vec::new(),
        };
        let mut transaction = self.database.begin_background(Mode::Snapshot).await?;
        let report = check(&mut transaction, &self.verifier, ALL, &outside).await?;
        transaction.commit().await?;
        metrics::gauge!("audit_chain_broken").set(if report.fault.is_some() { 1.0 } else { 0.0 });
        match report.fault {
            None => Ok(report.checked),
            Some(fault) => {
                tracing::error!(kind = %fault.kind, sequence = fault.sequence, "the audit chain is broken");
                Err(Failure::internal(format!(
                    "the audit chain is broken ({}): {}",
                    fault.kind, fault.message
                )))
            }
        }
    }
}

impl Task for Verify {
    fn name(&self) -> &'static str {
        "verify_audit_chain"
    }

    fn pace(&self) -> Pace {
        Pace::daily_at(VERIFY_AT)
    }

    fn limit(&self) -> Duration {
        VERIFY_LIMIT
    }

    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>> {
        Box::pin(self.verify())
    }
}
