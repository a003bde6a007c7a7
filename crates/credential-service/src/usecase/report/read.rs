//! Reads the file of a report, piece by piece.

use std::sync::Arc;
use std::time::Duration;

use domain::id::ReportId;
use domain::report::{Report, ReportFile};
use domain::vocabulary::{AuditAction, ReportStatus};
use domain::{ErrorCode, Failure};
use futures::StreamExt;
use object_store::GetResult;
use protocol::Caller;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::create::not_set_up;
use super::{change, require_administrator, visible};
use crate::job::report::{FOLDER, file_name};
use crate::state::State;
use crate::storage::away;
use crate::store::reports;
use crate::usecase::authority;
use crate::usecase::record::record;

/// Bytes of one piece.
const PIECE: usize = 256 * 1024;
/// Pieces that wait for a slow reader.
const WAITING: usize = 2;
/// Longest wait for a reader to take the next piece.
const PATIENCE: Duration = Duration::from_secs(30);

/// A piece of the answer.
#[derive(Debug)]
pub(crate) enum Written {
    /// What is being read; comes first.
    Report(Box<Report>),
    /// The next bytes.
    Bytes(Vec<u8>),
    /// The file is complete, with so many bytes.
    End(u64),
}

type Outlet = mpsc::Sender<Result<Written, Failure>>;

/// Puts the reading on record and begins to read: nothing leaves without the entry.
///
/// # Errors
/// `NOT_FOUND`; `CONFLICT` while the report is not ready; `SERVICE_UNAVAILABLE` when the storage does not answer, or too many
/// files are read.
pub(crate) async fn read(
    state: &State,
    caller: &Caller,
    id: ReportId,
) -> Result<mpsc::Receiver<Result<Written, Failure>>, Failure> {
    require_administrator(caller)?;
    let place = Arc::clone(&state.exports)
        .try_acquire_owned()
        .map_err(|_full| Failure::overloaded(Duration::from_secs(5)))?;
    let mut transaction = state.database.write(caller.deadline).await?;
    let author = authority::confirm(&mut transaction, caller).await?;
    let report = visible(caller, reports::find(&mut transaction, id).await?)?;
    let Some(file) = report.file.clone() else {
        return Err(not_ready(report.status));
    };
    let storage = state.storage.as_ref().ok_or_else(not_set_up)?;
    let taken = change(&report, AuditAction::Export);
    record(&mut transaction, &author, vec![taken], crate::clock::now()).await?;
    transaction.commit().await?;
    let found = storage
        .get(FOLDER, &file_name(&report))
        .await?
        .ok_or_else(|| Failure::not_found("file of the report"))?;
    let (outlet, receiver) = mpsc::channel(WAITING);
    let limit = caller.deadline.left();
    tokio::spawn(async move {
        let _place = place;
        let ended = timeout(limit, hand_on(report, &file, found, &outlet))
            .await
            .unwrap_or_else(|_elapsed| Err(Failure::timeout()));
        if let Err(failure) = ended {
            drop(timeout(PATIENCE, outlet.send(Err(failure))).await);
        }
    });
    Ok(receiver)
}

fn not_ready(status: ReportStatus) -> Failure {
    let message = match status {
        ReportStatus::Pending => "the report is not ready yet",
        ReportStatus::Failed | ReportStatus::Ready => {
            "the report could not be made; ask for another"
        }
    };
    Failure::new(ErrorCode::Conflict, message)
}

/// Hands the file on and compares it with what was written: another file never ends well.
async fn hand_on(
    report: Report,
    file: &ReportFile,
    found: GetResult,
    outlet: &Outlet,
) -> Result<(), Failure> {
    send(outlet, Written::Report(Box::new(report))).await?;
    let mut hash = Sha256::new();
    let mut bytes = 0_u64;
    let mut pieces = found.into_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(away)?;
        hash.update(&piece);
        bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        for part in piece.chunks(PIECE) {
            send(outlet, Written::Bytes(part.to_vec())).await?;
        }
    }
    if bytes != file.bytes || hex::encode(hash.finalize()) != file.sha256 {
        return Err(Failure::internal("the file is not the one that was made"));
    }
    send(outlet, Written::End(bytes)).await
}

async fn send(outlet: &Outlet, piece: Written) -> Result<(), Failure> {
    match timeout(PATIENCE, outlet.send(Ok(piece))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_gone)) => Err(Failure::unavailable("the reader has hung up")),
        Err(_elapsed) => Err(Failure::timeout()),
    }
}
