//! What the system must bring along, and how to get it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use nix::unistd::{Gid, Uid, User};
use rand::distr::{Alphanumeric, SampleString};

/// PostgreSQL majors that the platform is tried with, best first.
const POSTGRES_MAJORS: [&str; 3] = ["15", "16", "17"];

/// The folder that holds `initdb` and `postgres`.
///
/// # Errors
/// When PostgreSQL is not installed; the message says what to type.
pub fn postgres_binaries() -> Result<PathBuf> {
    let packaged = POSTGRES_MAJORS
        .iter()
        .map(|major| PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")));
    let candidates = packaged
        .chain(path_folders())
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    candidates.context("PostgreSQL 15 is not installed: run `scripts/setup` as root, or `sudo apt-get install postgresql`")
}

/// The Redis server.
///
/// # Errors
/// When Redis is not installed; the message says what to type.
pub fn redis_server() -> Result<PathBuf> {
    path_folders()
        .map(|folder| folder.join("redis-server"))
        .find(|path| path.is_file())
        .context("Redis is not installed: run `scripts/setup` as root, or `sudo apt-get install redis-server`")
}

#[expect(
    clippy::disallowed_methods,
    reason = "PATH belongs to the machine, it is not a setting of ours"
)]
fn path_folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .collect::<Vec<_>>()
        .into_iter()
        .chain([PathBuf::from("/usr/bin"), PathBuf::from("/usr/local/bin")])
}

/// Whom servers run as: nobody else than ourselves, unless we are root, which PostgreSQL refuses to be.
///
/// # Errors
/// When we are root and the machine has no unprivileged user.
pub fn server_user() -> Result<Option<(Uid, Gid)>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some((user.uid, user.gid)));
        }
    }
    bail!("this machine has no unprivileged user `postgres` or `nobody` to run servers as")
}

/// Gives a folder to the user that servers run as.
///
/// # Errors
/// When the folder cannot be made or given away.
pub fn make_server_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making `{}`", folder.display()))?;
    if let Some((uid, gid)) = server_user()? {
        nix::unistd::chown(folder, Some(uid), Some(gid))
            .with_context(|| format!("giving `{}` away", folder.display()))?;
    }
    Ok(())
}

/// A TCP port that is free now on the loopback address.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    let listener =
        std::net::TcpListener::bind(("127.0.0.1", 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Whether a TCP port of the loopback address is free now.
#[must_use]
pub fn is_free(port: u16) -> bool {
    std::net::TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// A password that cannot be guessed and needs no quoting.
#[must_use]
pub fn random_secret() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 48)
}
