//! Where things are.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::unistd::Uid;

/// The folders of one checkout.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The checkout.
    pub root: PathBuf,
    /// What a running stack writes: logs, secrets, the demo's addresses.
    pub data: PathBuf,
    /// Where the built services are.
    pub binaries: PathBuf,
    /// Where the encoder is.
    pub model: PathBuf,
    /// Where the built web app is.
    pub web: PathBuf,
}

impl Layout {
    /// The layout seen from this executable, which stands beside the services or among their tests.
    ///
    /// # Errors
    /// When the executable's own place cannot be found out.
    pub fn of_this_build() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .canonicalize()
            .context("finding the checkout")?;
        let executable = std::env::current_exe().context("finding this executable")?;
        let folder = executable
            .parent()
            .context("this executable has no folder")?;
        let binaries = if folder.ends_with("deps") {
            folder.parent().unwrap_or(folder)
        } else {
            folder
        };
        Ok(Self {
            data: root.join(".data"),
            binaries: binaries.to_owned(),
            model: root.join(".data/models"),
            web: root.join("web/dist"),
            root,
        })
    }

    /// The same layout with another data folder.
    #[must_use]
    pub fn with_data(mut self, data: PathBuf) -> Self {
        self.data = data;
        self
    }

    /// The built binary of a service.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn binary(&self, service: &str) -> Result<PathBuf> {
        let path = self.binaries.join(service);
        anyhow::ensure!(
            path.is_file(),
            "`{}` is not built: run scripts/setup",
            path.display()
        );
        Ok(path)
    }

    /// The folder for the data of PostgreSQL and Redis.
    ///
    /// It is the data folder itself, unless we are root and the unprivileged user that the servers run as could not reach it
    /// (a checkout below a private home); then a folder below `/var/tmp` that belongs to this checkout.
    ///
    /// # Errors
    /// When the folders cannot be read.
    pub fn servers(&self) -> Result<PathBuf> {
        std::fs::create_dir_all(&self.data)
            .with_context(|| format!("making `{}`", self.data.display()))?;
        let data = self.data.canonicalize()?;
        if !Uid::effective().is_root() || reachable_by_others(&data)? {
            return Ok(data);
        }
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        let folder = PathBuf::from(format!("/var/tmp/bccb-{:016x}", hasher.finish()));
        match std::fs::create_dir(&folder) {
            Ok(()) => std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o711))?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let owner = std::fs::symlink_metadata(&folder)?;
                anyhow::ensure!(
                    owner.is_dir() && owner.uid() == 0,
                    "`{}` belongs to somebody else",
                    folder.display()
                );
            }
            Err(error) => return Err(error.into()),
        }
        Ok(folder)
    }
}

fn reachable_by_others(folder: &Path) -> Result<bool> {
    for ancestor in folder.ancestors() {
        if std::fs::metadata(ancestor)?.permissions().mode() & 0o001 == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
