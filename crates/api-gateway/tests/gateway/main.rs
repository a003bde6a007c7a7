//! The gateway in one process with doubles of the services behind it. Whole journeys are tested with the real ones elsewhere.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod account;
mod cache;
mod cookies;
mod doors;
mod envelope;
mod health;
mod input;
mod limits;
mod parser;
mod protection;
mod support;
mod upstream;
mod users;
mod web;
