//! gRPC: decode, ask the use case, encode. Nothing else happens here.

mod account;
mod audit;
mod change;
mod exchange;
mod feed;
mod institution;
mod micro_credential;
mod pathway;
mod recognition;
mod report;
mod stats;
mod webhook;

use std::sync::Arc;

use domain::Failure;
use tonic::{Response, Status};

use crate::state::State;

/// Every service of the interface, over one state.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    state: Arc<State>,
}

impl Api {
    pub(crate) const fn new(state: Arc<State>) -> Self {
        Self { state }
    }
}

/// Turns an outcome into an answer.
fn answer<T>(outcome: Result<T, Failure>) -> Result<Response<T>, Status> {
    outcome.map(Response::new).map_err(protocol::into_status)
}

/// Reads an optional identifier.
fn optional_id<T: std::str::FromStr<Err = Failure>>(
    text: Option<&String>,
) -> Result<Option<T>, Failure> {
    text.map(|text| text.parse()).transpose()
}
