//! Starting in the background, and stopping what runs there.

use std::fs::File;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use dev_stack::demo::demo_file;
use dev_stack::layout::Layout;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const STOP: Duration = Duration::from_secs(60);

/// Holds the data folder for one platform; it is free again however the process ends.
pub(crate) type Lock = Flock<File>;

fn lock_file(layout: &Layout) -> PathBuf {
    layout.data.join("up.pid")
}

fn open_lock(layout: &Layout) -> Result<File> {
    let path = lock_file(layout);
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("opening `{}`", path.display()))
}

/// Takes the data folder and writes our process id into it.
///
/// # Errors
/// When a platform is already running on it.
pub(crate) fn take_lock(layout: &Layout) -> Result<Lock> {
    let mut lock = Flock::lock(open_lock(layout)?, FlockArg::LockExclusiveNonblock).map_err(
        |(_file, _errno)| {
            anyhow::anyhow!(
                "the platform is already up on `{}`: stop it with scripts/down",
                layout.data.display()
            )
        },
    )?;
    lock.set_len(0)?;
    lock.write_all(std::process::id().to_string().as_bytes())?;
    lock.flush()?;
    Ok(lock)
}

/// Starts this very command again without `--detach`, in a session of its own, and waits until it is ready.
///
/// # Errors
/// When it ends instead, with what it said.
pub(crate) async fn detach(layout: &Layout) -> Result<()> {
    std::fs::create_dir_all(&layout.data)?;
    // A short look only: the background process takes the lock for itself.
    drop(take_lock(layout)?);
    let log_path = layout.data.join("up.log");
    let log = File::create(&log_path)?;
    let arguments = std::env::args_os()
        .skip(1)
        .filter(|argument| argument != "--detach");
    let mut child = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()
        .context("starting in the background")?;
    let mut shown = 0;
    let mut pace = tokio::time::interval(Duration::from_millis(200));
    loop {
        pace.tick().await;
        shown = show_from(&log_path, shown);
        if demo_file(layout).exists() {
            pace.tick().await;
            show_from(&log_path, shown);
            return Ok(());
        }
        if let Some(status) = child.try_wait()? {
            show_from(&log_path, shown);
            bail!("the platform did not come up ({status})");
        }
    }
}

/// Shows what a file has gained since `shown` bytes.
fn show_from(path: &std::path::Path, shown: usize) -> usize {
    let text = std::fs::read(path).unwrap_or_default();
    if let Some(new) = text.get(shown..) {
        // A reader who has gone away (`scripts/up --detach | head`) is no reason to stop.
        let _gone = std::io::stdout().write_all(new);
    }
    text.len()
}

/// Stops the platform that runs on a data folder, and waits until it has ended.
///
/// # Errors
/// When it does not end.
#[expect(
    clippy::print_stdout,
    reason = "this is what the person who typed scripts/down reads"
)]
pub(crate) async fn stop(layout: &Layout) -> Result<()> {
    if !lock_file(layout).exists()
        || Flock::lock(open_lock(layout)?, FlockArg::LockExclusiveNonblock).is_ok()
    {
        println!("nothing is running on `{}`", layout.data.display());
        return Ok(());
    }
    let pid: i32 = std::fs::read_to_string(lock_file(layout))?
        .trim()
        .parse()
        .context("reading the process id")?;
    let begun = Instant::now();
    match kill(Pid::from_raw(pid), Signal::SIGTERM) {
        Ok(()) | Err(Errno::ESRCH) => {}
        Err(error) => return Err(error).context("asking the platform to stop"),
    }
    let mut pace = tokio::time::interval(Duration::from_millis(50));
    while Flock::lock(open_lock(layout)?, FlockArg::LockExclusiveNonblock).is_err() {
        pace.tick().await;
        if begun.elapsed() > STOP {
            bail!(
                "the platform (process {pid}) did not end within {} s",
                STOP.as_secs()
            );
        }
    }
    println!("stopped");
    Ok(())
}
