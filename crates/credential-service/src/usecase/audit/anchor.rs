//! Signs the newest place of the chain and carries it out of the database.
//!
//! A chain proves that nothing inside it was changed; it cannot prove that its tail was not cut off or that all of it was
//! not written anew by somebody with every right on the database. A signed place that is kept elsewhere can.

use std::path::{Path, PathBuf};

use domain::Failure;
use domain::audit::ChainAnchor;
use tokio::io::AsyncWriteExt;

use super::encoding::Hash;
use crate::secret::audit_key::{AuditKey, from_line, to_line};
use crate::store::pool::Database;
use crate::store::{Mode, audit_anchors, audit_chain};

/// Name of the file with the anchors, one a line.
pub(crate) const FILE: &str = "audit-anchors.jsonl";

/// Signs the newest place unless it is signed already; `None` when the chain has not moved.
///
/// The line is outside, on disk, before the table says that there is one.
///
/// # Errors
/// `INTERNAL_ERROR` when the chain no longer holds the place that was signed last: a new signature would cover it up.
/// `DATABASE_ERROR`, or `INTERNAL_ERROR` when the folder cannot be written to.
pub(crate) async fn anchor(
    database: &Database,
    key: &AuditKey,
    folder: Option<&Path>,
) -> Result<Option<ChainAnchor>, Failure> {
    let mut transaction = database.begin_background(Mode::Snapshot).await?;
    let newest = audit_chain::newest(&mut transaction).await?;
    let last = audit_anchors::newest(&mut transaction).await?;
    if let Some(last) = &last {
        let now = audit_chain::hash_at(&mut transaction, last.sequence).await?;
        require_unchanged(last, now)?;
    }
    transaction.commit().await?;
    let Some((sequence, hash)) = newest else {
        return Ok(None);
    };
    if last.is_some_and(|last| last.sequence == sequence) {
        return Ok(None);
    }
    let anchor = key.sign(sequence, &hash, crate::clock::now());
    if let Some(folder) = folder {
        append(folder, &anchor).await.map_err(Failure::internal)?;
    }
    let mut transaction = database.begin_background(Mode::Write).await?;
    let new = audit_anchors::insert(&mut transaction, &anchor).await?;
    transaction.commit().await?;
    Ok(new.then_some(anchor))
}

fn require_unchanged(last: &ChainAnchor, now: Option<Hash>) -> Result<(), Failure> {
    let unchanged = now.is_some_and(|hash| hex::encode(hash) == last.entry_hash);
    if unchanged {
        // That one place still stands says nothing of the others: only the verification of all of them ends an alarm.
        return Ok(());
    }
    metrics::gauge!("audit_chain_broken").set(1.0);
    Err(Failure::internal(format!(
        "the audit chain no longer holds what was signed as number {}; nothing is signed any more until `credential-service audit verify` has been looked into",
        last.sequence
    )))
}

async fn append(folder: &Path, anchor: &ChainAnchor) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let mut file = tokio::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join(FILE))
        .await?;
    file.write_all(format!("{}\n", to_line(anchor)).as_bytes())
        .await?;
    file.sync_all().await
}

/// Reads the anchors of a folder; none when nothing has been signed into it yet.
///
/// # Errors
/// `INVALID_FORMAT` when the file cannot be read or a line is no anchor.
pub(crate) async fn read_if_there(folder: &Path) -> Result<Vec<ChainAnchor>, Failure> {
    let there = tokio::fs::try_exists(folder.join(FILE)).await;
    if there.map_err(Failure::internal)? {
        read(folder).await
    } else {
        Ok(Vec::new())
    }
}

/// Reads the anchors of a file, or of the file in a folder.
///
/// # Errors
/// `INVALID_FORMAT` when the file cannot be read or a line is no anchor.
pub(crate) async fn read(path: &Path) -> Result<Vec<ChainAnchor>, Failure> {
    let file: PathBuf = if path.is_dir() {
        path.join(FILE)
    } else {
        path.to_owned()
    };
    let text = tokio::fs::read_to_string(&file).await.map_err(|error| {
        Failure::malformed(format!("`{}` cannot be read", file.display())).caused_by(error)
    })?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(from_line)
        .collect()
}
