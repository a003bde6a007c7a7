//! Writes what the caller may see as a file, page by page.

use std::sync::Arc;
use std::time::Duration;

use domain::policy::{Action, Principal};
use domain::vocabulary::{AuditAction, EntityType, ExchangeFormat};
use domain::{ErrorCode, Failure};
use protocol::Caller;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::timeout;
use uuid::Uuid;

use crate::export::{encode, header};
use crate::state::State;
use crate::store::Mode;
use crate::store::micro_credentials::{self, CredentialFilter};
use crate::usecase::authority;
use crate::usecase::record::{Announced, Change, record};

/// Micro-credentials that are read at once.
const PAGE: i64 = 200;
/// Bytes of one piece.
const PIECE: usize = 256 * 1024;
/// Pieces that wait for a slow reader.
const WAITING: usize = 2;
/// Longest wait for a reader to take the next piece.
const PATIENCE: Duration = Duration::from_secs(30);

/// A piece of the file.
#[derive(Debug)]
pub(crate) enum Written {
    /// The next bytes.
    Bytes(Vec<u8>),
    /// The file is complete, with so many micro-credentials.
    End(u64),
}

type Outlet = mpsc::Sender<Result<Written, Failure>>;

/// Puts the export on record and begins to write. `asked` says what was asked for, for the record.
///
/// The entry stands before the first byte leaves, with the number of micro-credentials at that moment: nothing leaves
/// without it. Each page is read in a transaction of its own, so that a slow reader holds no connection, and the caller
/// is confirmed for each.
///
/// # Errors
/// `AUTHORIZATION_ERROR`; `SERVICE_UNAVAILABLE` while too many exports run.
pub(crate) async fn export(
    state: Arc<State>,
    caller: Caller,
    format: ExchangeFormat,
    filter: CredentialFilter,
    asked: Value,
) -> Result<mpsc::Receiver<Result<Written, Failure>>, Failure> {
    let own = caller.principal.institution_id();
    caller.authorize(Action::ExportCredentials, own)?;
    let Principal::User { user_id, .. } = caller.principal else {
        return Err(Failure::new(ErrorCode::TokenMissing, "sign in first"));
    };
    let place = Arc::clone(&state.exports)
        .try_acquire_owned()
        .map_err(|_full| Failure::overloaded(Duration::from_secs(5)))?;
    let mut transaction = state.database.write(caller.deadline).await?;
    let author = authority::confirm(&mut transaction, &caller).await?;
    let visibility = authority::visibility(&caller);
    let count = micro_credentials::count(&mut transaction, visibility, &filter).await?;
    let mut after = asked;
    if let Some(fields) = after.as_object_mut() {
        fields.insert("rows".to_owned(), count.into());
    }
    let change = Change {
        entity_type: EntityType::User,
        entity_id: user_id.uuid(),
        action: AuditAction::Export,
        institution_id: own,
        counterpart_institution_id: None,
        before: Value::Null,
        after,
        announced: Announced::Nothing,
    };
    record(&mut transaction, &author, vec![change], crate::clock::now()).await?;
    transaction.commit().await?;
    let (outlet, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let _place = place;
        let limit = caller.deadline.left();
        let writing = write(&state, &caller, format, &filter, &outlet);
        let ended = timeout(limit, writing)
            .await
            .unwrap_or_else(|_elapsed| Err(Failure::timeout()));
        if let Err(failure) = ended {
            drop(timeout(PATIENCE, outlet.send(Err(failure))).await);
        }
    });
    Ok(receiver)
}

async fn write(
    state: &State,
    caller: &Caller,
    format: ExchangeFormat,
    filter: &CredentialFilter,
    outlet: &Outlet,
) -> Result<(), Failure> {
    send(outlet, header(format)?).await?;
    let mut last: Option<Uuid> = None;
    let mut count = 0_u64;
    loop {
        let (mut transaction, visibility) =
            authority::begin_read(state, caller, Mode::Snapshot).await?;
        let page =
            micro_credentials::walk(&mut transaction, visibility, filter, last, PAGE).await?;
        // The connection goes back before a slow reader is waited for.
        transaction.commit().await?;
        let Some(end) = page.last() else { break };
        last = Some(end.id.uuid());
        count += u64::try_from(page.len()).unwrap_or(0);
        send(outlet, encode(format, &page)?).await?;
    }
    hand_over(outlet, Written::End(count)).await
}

async fn send(outlet: &Outlet, bytes: Vec<u8>) -> Result<(), Failure> {
    for piece in bytes.chunks(PIECE) {
        hand_over(outlet, Written::Bytes(piece.to_vec())).await?;
    }
    Ok(())
}

async fn hand_over(outlet: &Outlet, piece: Written) -> Result<(), Failure> {
    match timeout(PATIENCE, outlet.send(Ok(piece))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_gone)) => Err(Failure::unavailable("the reader has hung up")),
        Err(_elapsed) => Err(Failure::timeout()),
    }
}
