//! The rules of the repository that a machine can hold.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod db_script;
mod env_example;
mod layering;
mod readme;
