//! A private PostgreSQL server on a free port of the loopback address.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use nix::sys::signal::Signal;
use tokio::process::Command;

use crate::process::{Process, run, until};
use crate::system;

const SUPERUSER: &str = "bccb_superuser";
/// Where the superuser's password stands, beside the data.
const PASSWORD_FILE: &str = "superuser-password";

/// How much a server may lose when the machine fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: for data that somebody may want to keep.
    Safe,
    /// Everything: for tests.
    Throwaway,
}

/// One database, as each of its roles reaches it.
#[derive(Clone, Debug)]
pub struct DatabaseUrls {
    /// The owner: defines tables, empties them.
    pub owner: String,
    /// What the credential service works with: rows, and the record of decisions only to be added to.
    pub app: String,
    /// The AI service: owns the schema `ai` and sees nothing else.
    pub ai: String,
    /// Name of the role behind `app`, for `migrate` to grant it its rights; none: there is one role for everything.
    pub app_role: Option<String>,
}

impl DatabaseUrls {
    /// A database with one role for everything.
    #[must_use]
    pub fn of_one_role(url: &str) -> Self {
        Self {
            owner: url.to_owned(),
            app: url.to_owned(),
            ai: url.to_owned(),
            app_role: None,
        }
    }

    /// The same roles on another database of the server.
    #[must_use]
    pub fn on(&self, database: &str, other: &str) -> Self {
        let there = |url: &str| match url.strip_suffix(database) {
            Some(server) => format!("{server}{other}"),
            None => url.to_owned(),
        };
        Self {
            owner: there(&self.owner),
            app: there(&self.app),
            ai: there(&self.ai),
            app_role: self.app_role.clone(),
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    port: u16,
    password: String,
}

impl Postgres {
    /// Starts a server on the data in `folder`, which is made when it is not there.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not come up.
    pub async fn start(folder: &Path, durability: Durability) -> Result<Self> {
        Self::start_with(folder, durability, &[]).await
    }

    /// Starts a server as [`Postgres::start`] does, with settings such as `ssl=on` beside ours.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub async fn start_with(
        folder: &Path,
        durability: Durability,
        settings: &[String],
    ) -> Result<Self> {
        let binaries = system::postgres_binaries()?;
        let user = system::server_user()?;
        system::make_server_folder(folder)?;
        let password = initialise(&binaries, folder, user).await?;
        let port = system::free_port()?;
        let mut command = Command::new(binaries.join("postgres"));
        command.arg("-D").arg(folder.join("cluster")).args([
            "-p",
            &port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
        ]);
        command.args([
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
            "-c",
            "shared_buffers=128MB",
        ]);
        if durability == Durability::Throwaway {
            command.args([
                "-c",
                "fsync=off",
                "-c",
                "synchronous_commit=off",
                "-c",
                "full_page_writes=off",
            ]);
        }
        for setting in settings {
            command.args(["-c", setting]);
        }
        command.current_dir(folder);
        let process = Process::start("PostgreSQL", command, &folder.join("postgres.log"), user)?;
        let mut server = Self {
            process,
            port,
            password,
        };
        let url = server.url("postgres");
        until(
            &mut server.process,
            "PostgreSQL answering",
            Duration::from_secs(60),
            async || AsyncPgConnection::establish(&url).await.ok(),
        )
        .await?;
        Ok(server)
    }

    /// Starts a streaming replica of this server on data of its own in `folder`.
    ///
    /// # Errors
    /// When the data cannot be copied or the replica does not come up.
    pub async fn start_replica(&self, folder: &Path) -> Result<Self> {
        let user = system::server_user()?;
        system::make_server_folder(folder)?;
        write_password(&folder.join(PASSWORD_FILE), &self.password, user)?;
        let mut command = Command::new(system::postgres_binaries()?.join("pg_basebackup"));
        command
            .args(["--write-recovery-conf", "--checkpoint=fast", "--pgdata"])
            .arg(folder.join("cluster"))
            .arg("--dbname")
            .arg(self.url("postgres"))
            .current_dir(folder);
        if let Some((uid, gid)) = user {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        run("pg_basebackup", command).await?;
        Self::start(folder, Durability::Safe).await
    }

    /// Address of a database, for the superuser of this private server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}:{}@127.0.0.1:{}/{database}",
            self.password, self.port
        )
    }

    /// Makes a database with an owner, a role that the credential service works with and one that the AI service owns its
    /// part with, unless they are there, and gives their addresses.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn ensure_database(&self, name: &str) -> Result<DatabaseUrls> {
        let mut connection = AsyncPgConnection::establish(&self.url("postgres"))
            .await
            .context("connecting to the private PostgreSQL")?;
        for part in ["owner", "app", "ai"] {
            let role = format!("{name}_{part}");
            connection
                .batch_execute(&format!(
                    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} LOGIN; END IF; END $$; \
                     ALTER ROLE {role} PASSWORD '{}'",
                    self.password
                ))
                .await?;
        }
        match connection
            .batch_execute(&format!("CREATE DATABASE {name} OWNER {name}_owner"))
            .await
        {
            Ok(()) => {}
            Err(error) if error.to_string().contains("already exists") => {}
            Err(error) => return Err(error.into()),
        }
        // The schema `ai` is its service's own.
        connection
            .batch_execute(&format!("GRANT CREATE ON DATABASE {name} TO {name}_ai"))
            .await?;
        hand_over(&self.url(name), &format!("{name}_ai")).await?;
        let address = |part: &str| {
            format!(
                "postgres://{name}_{part}:{}@127.0.0.1:{}/{name}",
                self.password, self.port
            )
        };
        Ok(DatabaseUrls {
            owner: address("owner"),
            app: address("app"),
            ai: address("ai"),
            app_role: Some(format!("{name}_app")),
        })
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.pid()
    }

    /// Stops the server; sessions are cut, committed data is kept.
    ///
    /// # Errors
    /// When it had to be killed.
    pub async fn stop(self) -> Result<()> {
        self.process
            .stop(Signal::SIGINT, Duration::from_secs(30))
            .await?;
        Ok(())
    }
}

/// Gives the AI service what an earlier version of this demonstration has made for it in the owner's name.
async fn hand_over(url: &str, role: &str) -> Result<()> {
    let mut connection = AsyncPgConnection::establish(url).await?;
    connection
        .batch_execute(&format!(
            "DO $$ DECLARE name text; BEGIN \
                 IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'ai') THEN \
                     ALTER SCHEMA ai OWNER TO {role}; \
                     FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'ai' LOOP \
                         EXECUTE format('ALTER TABLE ai.%I OWNER TO {role}', name); \
                     END LOOP; \
                 END IF; \
             END $$"
        ))
        .await?;
    Ok(())
}

/// Makes the cluster when it is not there, and gives the superuser's password.
async fn initialise(
    binaries: &Path,
    folder: &Path,
    user: Option<(nix::unistd::Uid, nix::unistd::Gid)>,
) -> Result<String> {
    let password_file = folder.join(PASSWORD_FILE);
    let cluster = folder.join("cluster");
    if cluster.join("PG_VERSION").is_file() {
        return std::fs::read_to_string(&password_file)
            .with_context(|| format!("reading `{}`", password_file.display()));
    }
    // What a broken start has left is not a cluster.
    if cluster.exists() {
        std::fs::remove_dir_all(&cluster)?;
    }
    let password = system::random_secret();
    write_password(&password_file, &password, user)?;
    let mut command = Command::new(binaries.join("initdb"));
    command.arg("-D").arg(&cluster).args([
        "-U",
        SUPERUSER,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]);
    command
        .arg(prefixed("--pwfile=", &password_file))
        .current_dir(folder);
    if let Some((uid, gid)) = user {
        command.uid(uid.as_raw()).gid(gid.as_raw());
    }
    run("initdb", command).await?;
    Ok(password)
}

/// Writes the superuser's password where only whom servers run as can read it.
fn write_password(
    file: &Path,
    password: &str,
    user: Option<(nix::unistd::Uid, nix::unistd::Gid)>,
) -> Result<()> {
    std::fs::write(file, password)?;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
    if let Some((uid, gid)) = user {
        nix::unistd::chown(file, Some(uid), Some(gid))?;
    }
    Ok(())
}

fn prefixed(option: &str, path: &Path) -> PathBuf {
    let mut text = std::ffi::OsString::from(option);
    text.push(path);
    PathBuf::from(text)
}
