//! credential-service: the catalogue, its people, its record.

mod account;
mod audit;
pub(crate) mod exchange;
mod institution;
pub(crate) mod micro_credential;
mod pathway;
mod recognition;
mod report;
mod stats;
mod user;
mod webhook;

use std::time::Duration;

use domain::{ErrorCode, Failure};
use protocol::pb::common;
use tonic::{Request, Response, Status};

pub(crate) use self::account::SignedIn;
use super::answer;
use crate::dto::page::Window;
use crate::extract::Caller;
use crate::upstream::line::Line;

/// A client of credential-service.
#[derive(Clone, Debug)]
pub(crate) struct CredentialService {
    channel: Line,
    limit: Duration,
}

impl CredentialService {
    /// A client on a connection, that waits for an answer so long.
    pub(crate) const fn new(channel: Line, limit: Duration) -> Self {
        Self { channel, limit }
    }

    /// Asks one question with everything that travels along. A visitor has shown no token: when one is refused, it is ours.
    async fn ask<Q, A, Asking>(
        &self,
        caller: &Caller,
        question: Q,
        call: impl FnOnce(Request<Q>) -> Asking,
    ) -> Result<A, Failure>
    where
        Asking: Future<Output = Result<Response<A>, Status>>,
    {
        self.ask_about_token(caller, question, call)
            .await
            .map_err(|failure| ours_for_visitors(caller, failure))
    }

    /// Asks one question that is itself about a token of the client's.
    async fn ask_about_token<Q, A, Asking>(
        &self,
        caller: &Caller,
        question: Q,
        call: impl FnOnce(Request<Q>) -> Asking,
    ) -> Result<A, Failure>
    where
        Asking: Future<Output = Result<Response<A>, Status>>,
    {
        let left = caller.left_of(self.limit);
        let request = caller.request(question, left)?;
        answer(left, call(request)).await
    }
}

/// Turns the refusal of a token that no client has shown into a failure of ours.
pub(super) fn ours_for_visitors(caller: &Caller, failure: Failure) -> Failure {
    let about_token = matches!(
        failure.code,
        ErrorCode::TokenInvalid | ErrorCode::TokenExpired
    );
    if about_token && !caller.is_person() {
        Failure::internal(failure)
    } else {
        failure
    }
}

fn page_to_wire(window: Window) -> Option<common::PageRequest> {
    Some(common::PageRequest {
        page: window.page.unwrap_or_default(),
        limit: window.limit.unwrap_or_default(),
        sort: window.sort.unwrap_or_default(),
        cursor: window.cursor,
    })
}
