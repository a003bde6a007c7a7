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
mod forgery;
mod headers;
mod health;
mod heeded;
mod input;
mod limits;
mod parser;
mod protection;
mod ranges;
mod steps;
mod support;
mod unlisted;
mod upstream;
mod users;
mod web;
