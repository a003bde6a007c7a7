//! The real model in the real ONNX Runtime; fails when `scripts/setup` has not been run.
#![expect(
    clippy::disallowed_methods,
    reason = "tests find the model directory without the settings of a service"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected must stop"
)]

mod fidelity;
mod fixture;
mod invariance;
mod limits;
mod long_text;
