//! Puts answers on record, once for each request that its caller has named.
//!
//! The predictions and the kept answer are written in one transaction, so that neither a crash nor two requests at once can
//! separate them. A request that fails keeps nothing. A name (`Idempotency-Key`) belongs to one person and one method.

use diesel_async::AsyncConnection;
use domain::{ErrorCode, Failure, FieldViolation};
use prost::{Message, Name};
use protocol::caller::Caller;
use sha2::{Digest, Sha256};

use crate::state::AppState;
use crate::store::idempotency::{self, Named};
use crate::store::prediction::{self, AskedBy, NewPrediction};
use crate::store::{Database, StoreError};

/// Answers a request: the first answer again if its caller has named it and asked before, else the answer of `work`, put on
/// record with the predictions behind it.
pub(crate) async fn once<Q, A>(
    state: &AppState,
    caller: &Caller,
    question: &Q,
    work: impl Future<Output = Result<(A, Vec<NewPrediction>), Failure>>,
) -> Result<A, Failure>
where
    Q: Message + Name,
    A: Message + Default,
{
    let named = name_of(caller, question);
    if let Some(named) = &named
        && let Some(kept) = kept(&state.database, caller, named).await?
    {
        return A::decode(kept.as_slice()).map_err(Failure::internal);
    }
    let (answer, predictions) = work.await?;
    if write(
        &state.database,
        caller,
        named.as_ref(),
        &predictions,
        &answer,
    )
    .await?
    {
        return Ok(answer);
    }
    // Somebody with the same name was faster.
    let Some(named) = &named else {
        return Err(Failure::internal("an answer without a name was not kept"));
    };
    let kept = kept(&state.database, caller, named).await?.ok_or_else(|| {
        Failure::unavailable("another request with this Idempotency-Key is in progress")
    })?;
    A::decode(kept.as_slice()).map_err(Failure::internal)
}

/// The name that a person gave the request, if any.
fn name_of<Q: Message + Name>(caller: &Caller, question: &Q) -> Option<Named> {
    let key = caller.idempotency_key.clone()?;
    let user = caller.principal.user_id()?;
    Some(Named {
        scope: format!("{user}:{}", Q::full_name()),
        key,
        hash: Sha256::digest(question.encode_to_vec()).into(),
    })
}

/// The answer kept under a name.
///
/// # Errors
/// `VALIDATION_ERROR` when the name stands for another request.
async fn kept(
    database: &Database,
    caller: &Caller,
    named: &Named,
) -> Result<Option<Vec<u8>>, Failure> {
    let mut connection = database.connection_until(caller.deadline).await?;
    let Some(kept) = idempotency::find(&mut connection, named).await? else {
        return Ok(None);
    };
    if kept.request_hash == named.hash {
        Ok(Some(kept.response))
    } else {
        Err(reused())
    }
}

/// Writes everything; false, and nothing written, when the name was taken meanwhile.
async fn write<A: Message>(
    database: &Database,
    caller: &Caller,
    named: Option<&Named>,
    predictions: &[NewPrediction],
    answer: &A,
) -> Result<bool, Failure> {
    let asked_by = AskedBy {
        user: caller.principal.user_id(),
        institution: caller.principal.institution_id(),
        request_id: caller.request_id.as_deref(),
    };
    let response = answer.encode_to_vec();
    let mut connection = database.connection_until(caller.deadline).await?;
    let written = connection
        .transaction::<bool, StoreError, _>(async |connection| {
            if let Some(named) = named
                && !idempotency::keep(connection, named, &response).await?
            {
                return Ok(false);
            }
            prediction::insert(connection, predictions, &asked_by).await?;
            Ok(true)
        })
        .await?;
    Ok(written)
}

fn reused() -> Failure {
    let violation = FieldViolation {
        field: "Idempotency-Key".to_owned(),
        message: "stands for another request; choose a new one".to_owned(),
    };
    Failure::new(
        ErrorCode::ValidationError,
        "Idempotency-Key: stands for another request; choose a new one",
    )
    .with_fields(vec![violation])
}
