//! Settings of the storage of files.

use std::path::PathBuf;

use secrecy::SecretString;
use service_runtime::settings::{Reader, Setting};
use url::Url;

/// The folder that files are kept in.
pub(super) const FOLDER: Setting = Setting::new(
    "STORAGE_DIR",
    "Folder that reports are kept in, the same for `serve` and `worker`, where AWS_BUCKET is unset. Both unset: there are no reports, and whoever asks for one is answered 503.",
);
/// The bucket that files are kept in.
pub(super) const BUCKET: Setting = Setting::new(
    "AWS_BUCKET",
    "Bucket of an S3-compatible service that reports are kept in instead, with what the names of objects begin with, such as `bccb` or `bccb/reports`.",
);
/// Address of the S3-compatible service.
pub(super) const ENDPOINT: Setting = Setting::new(
    "AWS_ENDPOINT_URL",
    "Address of that service, such as https://storage.example.org; the bucket is part of the path. In production it begins with https://. Unset: Amazon S3 in the region.",
);
/// Region of the bucket.
pub(super) const REGION: Setting = Setting::new(
    "AWS_REGION",
    "Region of the bucket, which requests are signed for.",
)
.default("us-east-1");
/// Name of the key.
pub(super) const ACCESS_KEY: Setting = Setting::new(
    "AWS_ACCESS_KEY_ID",
    "Name of the key that requests to the bucket are signed with. It needs to read, write and delete objects below the prefix, and nothing else.",
);
/// The key.
pub(super) const SECRET_KEY: Setting = Setting::new(
    "AWS_SECRET_ACCESS_KEY",
    "The key that belongs to AWS_ACCESS_KEY_ID.",
)
.secret();

/// A bucket of an S3-compatible service.
#[derive(Clone, Debug)]
pub struct BucketSettings {
    /// Its name.
    pub name: String,
    /// What the names of objects begin with; may be empty.
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
        let folder = reader.optional::<PathBuf>("STORAGE_DIR");
        let bucket = reader.optional::<String>("AWS_BUCKET");
        let endpoint = reader.optional::<Url>("AWS_ENDPOINT_URL");
        let region = reader.text("AWS_REGION");
        let access_key = reader.optional::<String>("AWS_ACCESS_KEY_ID");
        let secret_key = reader.optional_secret("AWS_SECRET_ACCESS_KEY");
        let schemes: &[&str] = if production {
            &["https"]
        } else {
            &["https", "http"]
        };
        reader.check(
            endpoint
                .as_ref()
                .is_none_or(|url| schemes.contains(&url.scheme()) && url.query().is_none()),
            "AWS_ENDPOINT_URL",
            "is not the address of a service, or leads to one without encryption",
            "write it like https://storage.example.org",
        );
        reader.check(
            folder.is_none() || bucket.is_none(),
            "STORAGE_DIR",
            "is set beside AWS_BUCKET",
            "keep reports in one place",
        );
        let Some(bucket) = bucket else {
            return folder.map(Self::Folder);
        };
        let (name, prefix) = bucket.split_once('/').unwrap_or((&bucket, ""));
        reader.check(
            is_bucket_name(name),
            "AWS_BUCKET",
            "is not the name of a bucket",
            "write it like bccb or bccb/reports",
        );
        for (set, setting) in [
            (access_key.is_some(), "AWS_ACCESS_KEY_ID"),
            (secret_key.is_some(), "AWS_SECRET_ACCESS_KEY"),
        ] {
            reader.check(
                set,
                setting,
                "is required for a bucket",
                "give the key that requests are signed with",
            );
        }
        Some(Self::Bucket(BucketSettings {
            name: name.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            endpoint: endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()),
            region,
            access_key: access_key?,
            secret_key: secret_key?,
        }))
    }
}

/// As Amazon S3 names them: 3 to 63 lower-case letters, digits, dots and hyphens.
fn is_bucket_name(name: &str) -> bool {
    let usual =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    (3..=63).contains(&name.len()) && name.bytes().all(usual)
}
