//! The service as its callers meet it: over gRPC, on real PostgreSQL, a database for each test.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod accounts;
mod authority;
mod catalogue;
mod drafts;
mod feed;
mod feed_order;
mod import;
mod input;
mod migrations;
mod parts;
mod pathways;
mod recognitions;
mod record;
mod resilience;
mod seed;
mod sessions;
mod suggestions;
mod support;
mod withdrawal;
mod workflow;
