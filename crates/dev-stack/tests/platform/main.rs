//! Whole journeys through the shipped binaries.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod assessment;
mod authority;
mod bad_input;
mod cache;
mod canaries;
mod catalogue;
mod conditions;
mod crash;
mod exchange;
mod filters;
mod hang;
mod journey;
mod outcome;
mod reading;
mod record;
mod report;
mod revocation;
mod search;
mod suggestion;
mod telemetry;
