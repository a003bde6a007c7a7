//! Panics as log events, so that they reach the same place as everything else.

use std::{backtrace::Backtrace, panic};

/// Replaces the hook that prints panics to standard error.
pub(super) fn install() {
    panic::set_hook(Box::new(|panic| {
        let message = panic
            .payload_as_str()
            .unwrap_or("a value that is not a text");
        let location = panic.location().map(ToString::to_string);
        let backtrace = Backtrace::capture();
        tracing::error!(
            panic.message = message,
            panic.location = location,
            panic.backtrace = %backtrace,
            "panicked"
        );
    }));
}
