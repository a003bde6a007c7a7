//! Tells other processes where this one listens.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// Says who listens where; the content of the file that `ANNOUNCE_FILE` names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Name of the service.
    pub service: String,
    /// Process id.
    pub pid: u32,
    /// Addresses by protocol (`http`, `grpc`, `admin`), in a form a client can connect to.
    pub addresses: BTreeMap<String, SocketAddr>,
}

impl Announcement {
    /// Starts without addresses.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            pid: std::process::id(),
            addresses: BTreeMap::new(),
        }
    }

    /// Adds an address; one that means "all interfaces" is told as the loopback address.
    pub fn add(&mut self, name: impl Into<String>, address: SocketAddr) {
        self.addresses.insert(name.into(), reachable(address));
    }

    /// Writes the file so that a reader sees nothing or everything.
    ///
    /// # Errors
    /// The folder does not exist or cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .map_or_else(|| PathBuf::from("."), Path::to_path_buf);
        let mut file = NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, self)?;
        file.write_all(b"\n")?;
        file.flush()?;
        file.persist(path)?;
        Ok(())
    }

    /// Reads the file of another process.
    ///
    /// # Errors
    /// There is no such file (the process has not started yet), or it is something else.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    }
}

/// Turns an address to listen on into one to connect to.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::Announcement;

    #[test]
    fn what_is_written_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gateway.json");
        let mut announcement = Announcement::new("api-gateway");
        announcement.add("http", "0.0.0.0:12345".parse().unwrap());
        announcement.add("admin", "[::]:80".parse().unwrap());

        announcement.write(&path).unwrap();

        assert_eq!(Announcement::read(&path).unwrap(), announcement);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"http\":\"127.0.0.1:12345\""), "{text}");
        assert!(text.contains("\"admin\":\"[::1]:80\""), "{text}");
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "no temporary file is left");
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();

        assert!(
            Announcement::new("x")
                .write(&folder.path().join("no/where.json"))
                .is_err()
        );
    }
}
