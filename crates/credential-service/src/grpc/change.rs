//! One change: its transaction, and the answer kept for whoever asks the same again.
//!
//! A client that names its request (`idempotency-key`) may send it as often as it likes: the change is made once and every
//! answer is the first one, for 24 hours. The name is taken and the answer is kept in the transaction of the change
//! itself, so that neither a crash nor two requests at once can separate them. A request that fails keeps nothing. A
//! name belongs to one person and one method.

use chrono::TimeDelta;
use domain::{ErrorCode, Failure, FieldViolation};
use futures::future::BoxFuture;
use prost::{Message, Name};
use protocol::Caller;
use sha2::{Digest, Sha256};
use tonic::{Request, Response, Status};

use super::{Api, answer};
use crate::store::Transaction;
use crate::store::idempotency_keys::{self, NamedRequest};
use crate::usecase::authority;

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);

impl Api {
    /// Runs one change in a transaction of its own, which is kept when the work ends well and taken back when it does not.
    pub(super) async fn change<Q, A, Work>(
        &self,
        request: Request<Q>,
        work: Work,
    ) -> Result<Response<A>, Status>
    where
        Q: Message + Name,
        A: Message + Default,
        Work: for<'t> FnOnce(&'t mut Transaction, &'t Caller, Q) -> BoxFuture<'t, Result<A, Failure>>
            + Send,
    {
        let caller = Caller::of(&request)?;
        answer(self.changed(&caller, request.into_inner(), work).await)
    }

    async fn changed<Q, A, Work>(
        &self,
        caller: &Caller,
        question: Q,
        work: Work,
    ) -> Result<A, Failure>
    where
        Q: Message + Name,
        A: Message + Default,
        Work: for<'t> FnOnce(&'t mut Transaction, &'t Caller, Q) -> BoxFuture<'t, Result<A, Failure>>
            + Send,
    {
        let name = Naming::of(caller, &question);
        let mut transaction = self.state.database.write(caller.deadline).await?;
        if let Some(name) = &name
            && let Some(kept) = name.take(&mut transaction).await?
        {
            // The answer may hold a secret: it is for who may still ask.
            authority::confirm(&mut transaction, caller).await?;
            return A::decode(kept.as_slice()).map_err(Failure::internal);
        }
        let done = work(&mut transaction, caller, question).await?;
        if let Some(name) = &name {
            let bytes = done.encode_to_vec();
            name.keep(&mut transaction, &bytes).await?;
        }
        transaction.commit().await?;
        Ok(done)
    }
}

/// The name of a request and what it stands for.
pub(super) struct Naming {
    scope: String,
    key: String,
    hash: [u8; 32],
}

impl Naming {
    /// The name that a person gave the request, if any.
    fn of<Q: Message + Name>(caller: &Caller, question: &Q) -> Option<Self> {
        Self::hashed(caller, &Q::full_name(), &[&question.encode_to_vec()])
    }

    /// The name that a person gave a request of several parts, if any.
    pub(super) fn hashed(caller: &Caller, kind: &str, parts: &[&[u8]]) -> Option<Self> {
        let key = caller.idempotency_key.clone()?;
        let user = caller.principal.user_id()?;
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Some(Self {
            scope: format!("{user}:{kind}"),
            key,
            hash: hash.finalize().into(),
        })
    }

    fn request(&self) -> NamedRequest<'_> {
        NamedRequest {
            scope: &self.scope,
            key: &self.key,
            hash: &self.hash,
        }
    }

    /// Keeps what was answered under it.
    pub(super) async fn keep(
        &self,
        transaction: &mut Transaction,
        answer: &[u8],
    ) -> Result<(), Failure> {
        Ok(idempotency_keys::keep(transaction, self.request(), answer).await?)
    }

    /// Takes the name, or says what was answered under it.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` when the name already stands for another request.
    pub(super) async fn take(
        &self,
        transaction: &mut Transaction,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let now = crate::clock::now();
        if idempotency_keys::claim(transaction, self.request(), now, now + KEPT).await? {
            return Ok(None);
        }
        let kept = idempotency_keys::find(transaction, &self.scope, &self.key)
            .await?
            .ok_or_else(in_between)?;
        if kept.hash != self.hash {
            return Err(reused());
        }
        kept.response.map(Some).ok_or_else(in_between)
    }
}

fn reused() -> Failure {
    let violation = FieldViolation {
        field: "Idempotency-Key".to_owned(),
        message: "stands for another request; choose a new one".to_owned(),
    };
    Failure::new(
        ErrorCode::ValidationError,
        "the Idempotency-Key was used for another request",
    )
    .with_fields(vec![violation])
}

fn in_between() -> Failure {
    Failure::new(
        ErrorCode::Conflict,
        "another request with this Idempotency-Key has just ended; try again",
    )
}
