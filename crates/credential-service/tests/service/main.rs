//! The service as its callers meet it: over gRPC, on real PostgreSQL, a database for each test.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod accounts;
mod authority;
mod both_ends;
mod catalogue;
mod chain;
mod chain_tampering;
mod drafts;
mod exchange;
mod feed;
mod feed_order;
mod import;
mod input;
mod interface;
mod jobs;
mod large;
mod migrations;
mod parts;
mod passwords;
mod pathways;
mod plans;
mod privileges;
mod recognitions;
mod record;
mod registration;
mod relay;
mod replicas;
mod reports;
mod resilience;
mod schedule;
mod seed;
mod sessions;
mod sign_in;
mod sign_in_race;
mod statements;
mod stats;
mod suggestions;
mod support;
mod tls;
mod users;
mod walk;
mod webhooks;
mod withdrawal;
mod workflow;
