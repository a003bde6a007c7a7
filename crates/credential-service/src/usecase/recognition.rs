//! Recognitions.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::RecognitionId;
use domain::policy::Action;
use domain::recognition::Recognition;
use protocol::Caller;

use crate::store::recognitions;

/// Locks a recognition that the caller may act on. Recognitions are public: nobody learns anything from a refusal.
async fn locked(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    action: Action,
    id: RecognitionId,
) -> Result<Recognition, Failure> {
    let recognition = recognitions::lock(conn, id)
        .await?
        .ok_or_else(|| Failure::not_found("recognition"))?;
    caller.authorize(action, Some(recognition.fields.recognizing_institution_id))?;
    Ok(recognition)
}
