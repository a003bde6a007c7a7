//! Certificates for tests of TLS, made anew for each.

use std::os::unix::fs::chown;
use std::path::Path;

use anyhow::Result;
use tokio::process::Command;

use crate::{process, system};

const KEY: &str = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";

async fn openssl(folder: &Path, arguments: &str) -> Result<()> {
    let mut command = Command::new("openssl");
    command
        .args(arguments.split_whitespace())
        .current_dir(folder);
    process::run("openssl", command).await.map(drop)
}

/// Writes three certificates and their keys into a folder.
///
/// `ca` is an authority, `server` is signed by it for 127.0.0.1, and `other` is an authority that has signed nothing. The files
/// of `server` belong to whom PostgreSQL and Redis run as.
///
/// # Errors
/// When openssl, which comes with PostgreSQL, is not there or refuses.
pub async fn make(folder: &Path) -> Result<()> {
    for (name, subject) in [("ca", "/CN=ours"), ("other", "/CN=theirs")] {
        let arguments = format!("{KEY} -keyout {name}.key -out {name}.pem -subj {subject}");
        openssl(folder, &arguments).await?;
    }
    let signed = format!(
        "{KEY} -keyout server.key -out server.pem -subj /CN=server -CA ca.pem -CAkey ca.key \
         -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE"
    );
    openssl(folder, &signed).await?;
    if let Some((uid, gid)) = system::server_user()? {
        for file in ["server.key", "server.pem"] {
            chown(folder.join(file), Some(uid.as_raw()), Some(gid.as_raw()))?;
        }
    }
    Ok(())
}
