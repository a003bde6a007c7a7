//! A child process: start, stop, kill, log.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Gid, Pid, Uid};
use tokio::process::{Child, Command};

/// A running child. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command with its output in a log file.
    ///
    /// # Errors
    /// When the log cannot be opened or the command cannot be started.
    pub fn start(
        name: &str,
        mut command: Command,
        log: &Path,
        user: Option<(Uid, Gid)>,
    ) -> Result<Self> {
        let output = File::options()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("opening `{}`", log.display()))?;
        if let Some((uid, gid)) = user {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        // When we are killed, no one is left to stop the children: the system tells them.
        #[expect(
            unsafe_code,
            reason = "one system call between fork and exec, which is allowed there"
        )]
        // SAFETY: `prctl` is async-signal-safe and touches no memory of the parent.
        unsafe {
            command.pre_exec(|| Ok(nix::sys::prctl::set_pdeathsig(Signal::SIGINT)?));
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // A group of its own: Ctrl-C reaches us alone, and we end the children in their order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log: log.to_owned(),
        })
    }

    /// The process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// The log file.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Whether it has ended, and how.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// When the system does not say.
    pub async fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait().await?)
    }

    /// Asks it to end, waits, and kills it when it does not.
    ///
    /// # Errors
    /// When it had to be killed.
    pub async fn stop(mut self, signal: Signal, patience: Duration) -> Result<ExitStatus> {
        self.signal(signal)?;
        if let Ok(status) = tokio::time::timeout(patience, self.child.wait()).await {
            return Ok(status?);
        }
        self.child.kill().await?;
        bail!(
            "{} did not end within {} s and was killed",
            self.name,
            patience.as_secs()
        )
    }

    /// Ends it at once, as `kill -9` does.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        if let Some(pid) = self.child.id() {
            kill(Pid::from_raw(i32::try_from(pid)?), signal)?;
        }
        Ok(())
    }

    /// An error that says how the process ended and what it said last.
    #[must_use]
    pub fn obituary(&self, status: ExitStatus) -> anyhow::Error {
        anyhow::anyhow!(
            "{} ended with {status}; its last words ({}):\n{}",
            self.name,
            self.log.display(),
            last_lines(&self.log, 15)
        )
    }
}

/// The last lines of a file.
#[must_use]
pub fn last_lines(path: &Path, count: usize) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(count)..)
        .unwrap_or_default()
        .join("\n")
}

/// Runs a command to its end and shows its output only when it fails.
///
/// # Errors
/// When it cannot be started or ends with another code than 0.
pub async fn run(name: &str, mut command: Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("starting {name}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!(
            "{name} ended with {}:\n{said}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(said)
}

/// Asks again and again until there is an answer, the child ends, or patience does.
///
/// # Errors
/// When the child ends first, or the time is up.
pub async fn until<T>(
    process: &mut Process,
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> Result<T> {
    let deadline = tokio::time::Instant::now() + patience;
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        if let Some(answer) = ask().await {
            return Ok(answer);
        }
        if let Some(status) = process.ended()? {
            return Err(process.obituary(status));
        }
        if tokio::time::Instant::now() >= deadline {
            bail!(
                "{what} did not happen within {} s; see {}:\n{}",
                patience.as_secs(),
                process.log.display(),
                last_lines(&process.log, 15)
            );
        }
        pace.tick().await;
    }
}
