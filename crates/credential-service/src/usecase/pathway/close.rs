//! Closes open pathways whose offer or institution is withdrawn, in the transaction that withdraws it.
//!
//! Whoever withdraws has locked the offer or the institution. Opening a pathway takes both before it goes on, so none is
//! opened in between; what was opened before is seen here.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::pathway::Pathway;
use domain::workflow::{PathwayStatus, PathwayTransition};
use protocol::Caller;
use uuid::Uuid;

use super::change;
use crate::store::pathways;
use crate::usecase::record::{Announced, Author, record};

/// Pathways of one statement.
const CHUNK: usize = 500;

/// Withdraws the open pathways of an offer: what is archived is never offered again.
pub(crate) async fn of_offer(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    author: &Author,
    offer: MicroCredentialId,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let open = pathways::lock_active_from(conn, offer).await?;
    take(conn, caller, author, &open, PathwayTransition::Archive, now).await
}

/// Suspends the open pathways from and to an institution: it may come back.
pub(crate) async fn of_institution(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    author: &Author,
    institution: InstitutionId,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let open = pathways::lock_active_of(conn, institution).await?;
    take(conn, caller, author, &open, PathwayTransition::Suspend, now).await
}

/// Takes one step with all of these open pathways, which are locked.
async fn take(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    author: &Author,
    open: &[Uuid],
    step: PathwayTransition,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let status = PathwayStatus::Active.after(step)?;
    let is_active = status != PathwayStatus::Archived;
    for ids in open.chunks(CHUNK) {
        let before = pathways::find_many(conn, ids).await?;
        pathways::set_status(conn, ids, status, now).await?;
        let changes = before
            .iter()
            .map(|before| {
                let after = Pathway {
                    status,
                    is_active,
                    ..before.clone()
                };
                let announced = Announced::Updated(step.event_type());
                change(caller, step.audit_action(), before, &after, announced)
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        record(conn, author, changes, now).await?;
    }
    Ok(())
}
