//! Settings of the storage of files.

use std::path::PathBuf;

use secrecy::SecretString;
use service_runtime::settings::{Reader, Setting};
use url::Url;

/// Where files are kept.
pub(super) const URL: Setting = Setting::new(
    "STORAGE_URL",
    "Where reports are kept, the same for `serve` and `worker`: `file:///srv/bccb` for a folder that both reach, or `s3://bucket/prefix` for a bucket of an S3-compatible service. Unset: there are no reports, and whoever asks for one is answered 503.",
);
/// Address of the S3-compatible service.
pub(super) const ENDPOINT: Setting = Setting::new(
    "STORAGE_S3_ENDPOINT",
    "Address of the S3-compatible service, such as https://storage.example.org; the bucket is part of the path. In production it begins with https://. Unset: Amazon S3 in the region.",
);
/// Region of the bucket.
pub(super) const REGION: Setting = Setting::new(
    "STORAGE_S3_REGION",
    "Region of the bucket, which requests are signed for.",
)
.default("us-east-1");
/// Name of the key.
pub(super) const ACCESS_KEY: Setting = Setting::new(
    "STORAGE_S3_ACCESS_KEY",
    "Name of the key that requests to the bucket are signed with. It needs to read, write and delete objects below the prefix, and nothing else.",
);
/// The key.
pub(super) const SECRET_KEY: Setting = Setting::new(
    "STORAGE_S3_SECRET_KEY",
    "The key that belongs to STORAGE_S3_ACCESS_KEY.",
)
.secret();

/// A bucket of an S3-compatible service.
#[derive(Clone, Debug)]
pub struct BucketSettings {
    /// Its name.
    pub name: String,
    /// What the names of objects begin with, percent-encoded; may be empty.
    pub prefix: String,
    /// Address of the service; none: Amazon S3.
    pub endpoint: Option<String>,
    /// Region that requests are signed for.
    pub region: String,
    /// Name of the key.
    pub access_key: String,
    /// The key.
    pub secret_key: SecretString,
}

/// Where files are kept.
#[derive(Clone, Debug)]
pub enum StorageSettings {
    /// A folder of the file system.
    Folder(PathBuf),
    /// A bucket.
    Bucket(BucketSettings),
}

impl StorageSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let production = reader.app_environment().is_production();
        let address = reader.optional::<Url>("STORAGE_URL");
        let endpoint = reader.optional::<Url>("STORAGE_S3_ENDPOINT");
        let region = reader.text("STORAGE_S3_REGION");
        let access_key = reader.optional::<String>("STORAGE_S3_ACCESS_KEY");
        let secret_key = reader.optional_secret("STORAGE_S3_SECRET_KEY");
        let schemes: &[&str] = if production {
            &["https"]
        } else {
            &["https", "http"]
        };
        reader.check(
            endpoint
                .as_ref()
                .is_none_or(|url| schemes.contains(&url.scheme()) && url.query().is_none()),
            "STORAGE_S3_ENDPOINT",
            "is not the address of a service, or leads to one without encryption",
            "write it like https://storage.example.org",
        );
        let address = address?;
        let folder = folder(&address);
        let bucket = bucket(&address);
        reader.check(
            folder.is_some() || bucket.is_some(),
            "STORAGE_URL",
            "is neither a folder nor a bucket",
            "write it like file:///srv/bccb or s3://bucket/prefix",
        );
        if let Some(folder) = folder {
            return Some(Self::Folder(folder));
        }
        let (name, prefix) = bucket?;
        for (set, setting) in [
            (access_key.is_some(), "STORAGE_S3_ACCESS_KEY"),
            (secret_key.is_some(), "STORAGE_S3_SECRET_KEY"),
        ] {
            reader.check(
                set,
                setting,
                "is required for a bucket",
                "give the key that requests are signed with",
            );
        }
        Some(Self::Bucket(BucketSettings {
            name,
            prefix,
            endpoint: endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()),
            region,
            access_key: access_key?,
            secret_key: secret_key?,
        }))
    }
}

/// The folder that an address names. One of another host is none of ours.
fn folder(address: &Url) -> Option<PathBuf> {
    (address.scheme() == "file" && address.query().is_none())
        .then(|| address.to_file_path().ok())
        .flatten()
}

/// The bucket that an address names, and what comes after it.
fn bucket(address: &Url) -> Option<(String, String)> {
    let plain = address.username().is_empty()
        && address.password().is_none()
        && address.port().is_none()
        && address.query().is_none();
    let name = address.host_str().filter(|name| !name.is_empty())?;
    (address.scheme() == "s3" && plain)
        .then(|| (name.to_owned(), address.path().trim_matches('/').to_owned()))
}
