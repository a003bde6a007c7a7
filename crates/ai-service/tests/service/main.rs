//! The whole service as its callers see it: real ONNX Runtime, real PostgreSQL, and a feed whose entities the test chooses.
//!
//! `BCCB_TEST_POSTGRES_URL` names a PostgreSQL whose user may create databases; `MODEL_DIR` a model directory, `.data/models` of
//! the workspace otherwise.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod assessment;
mod catalogue;
mod change;
mod demo;
mod feed;
mod input;
mod learning;
mod search;
mod stack;
mod vectors;
