//! Who this process is.

/// Names a service and its build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    name: &'static str,
    version: &'static str,
}

impl Service {
    /// Names a service; pass `env!("CARGO_PKG_VERSION")` as the version.
    #[must_use]
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self { name, version }
    }

    /// Returns the name used in logs, traces and the announcement.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the version of the crate.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// Returns the commit of the build, when `BUILD_COMMIT` was set while compiling.
    #[must_use]
    pub const fn commit(&self) -> &'static str {
        match option_env!("BUILD_COMMIT") {
            Some(commit) => commit,
            None => "unknown",
        }
    }
}
