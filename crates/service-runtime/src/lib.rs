#![doc = include_str!("../README.md")]

pub mod admin;
pub mod background;
pub mod blocking;
pub mod errors;
pub mod health;
pub mod retry;
pub mod run;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod tls;

pub use self::{
    blocking::{BlockingError, BlockingPool},
    health::{Dependency, Health, Latch, Readiness},
    retry::RetryBudget,
    run::{
        Announcement, Context, RunError, Service, exit_with, healthcheck, run, run_once, run_until,
        start,
    },
    shutdown::{Shutdown, StopRequest},
    telemetry::Metrics,
};
