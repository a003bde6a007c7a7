//! Where files are kept: a folder, or a bucket of an S3-compatible service.
//!
//! # Promises
//! A file is there as a whole or not at all: a folder gets it by renaming, a bucket by one request or by the last one of an
//! upload in parts. What a process that was killed leaves of such an upload is no file; a bucket removes it by a rule for
//! incomplete uploads. Every request has limits, and is repeated a few times where that does no harm.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, Error, GetResult, ObjectStore, ObjectStoreExt, RetryConfig};
use secrecy::ExposeSecret;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::settings::{BucketSettings, StorageSettings};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest silence of the other side.
const SILENCE: Duration = Duration::from_secs(30);
/// Longest request, with what it carries.
const REQUEST: Duration = Duration::from_secs(600);
/// Repetitions of a request that failed.
const REPETITIONS: usize = 3;
/// No repetition begins later.
const REPEATED_FOR: Duration = Duration::from_secs(30);
/// Bytes of one part; a smaller file is one request.
const PART: usize = 8 * 1024 * 1024;
/// Parts on their way at the same time.
const PARTS: usize = 2;

/// Where files are kept. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Storage {
    /// Makes the folder, if it is one; nothing is connected yet.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when the folder cannot be made, or a setting cannot be used.
    pub(crate) fn new(settings: &StorageSettings) -> Result<Self, Failure> {
        match settings {
            StorageSettings::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(Failure::internal)?;
                let store = LocalFileSystem::new_with_prefix(folder).map_err(Failure::internal)?;
                Ok(Self {
                    store: Arc::new(store.with_fsync(true)),
                    prefix: Path::default(),
                })
            }
            StorageSettings::Bucket(bucket) => Self::bucket(bucket),
        }
    }

    fn bucket(bucket: &BucketSettings) -> Result<Self, Failure> {
        service_runtime::tls::use_ring();
        let endpoint = bucket.endpoint.as_deref();
        let open = endpoint.is_some_and(|url| url.starts_with("http://"));
        let options = ClientOptions::new()
            .with_allow_http(open)
            .with_connect_timeout(CONNECT)
            .with_read_timeout(SILENCE)
            .with_timeout(REQUEST);
        let retries = RetryConfig {
            max_retries: REPETITIONS,
            retry_timeout: REPEATED_FOR,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(bucket.secret_key.expose_secret())
            .with_client_options(options)
            .with_retry(retries)
            // One request for each object, which every service understands.
            .with_disable_bulk_delete(true);
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self {
            store: Arc::new(builder.build().map_err(Failure::internal)?),
            prefix: Path::from(bucket.prefix.as_str()),
        })
    }

    fn path(&self, folder: &str, name: &str) -> Path {
        self.prefix.clone().join(folder).join(name)
    }

    /// Keeps a file, read from where it stands to its end; one of the same name is replaced.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when the storage does not take it.
    pub(crate) async fn put(
        &self,
        folder: &str,
        name: &str,
        file: &mut File,
    ) -> Result<(), Failure> {
        let path = self.path(folder, name);
        let mut writer = BufWriter::with_capacity(Arc::clone(&self.store), path, PART)
            .with_max_concurrency(PARTS);
        if let Err(error) = tokio::io::copy(file, &mut writer).await {
            // What has arrived of it is of no use.
            drop(writer.abort().await);
            return Err(away(error));
        }
        writer.shutdown().await.map_err(away)
    }

    /// Opens a file; `None` when there is none of this name.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when the storage does not answer.
    pub(crate) async fn get(&self, folder: &str, name: &str) -> Result<Option<GetResult>, Failure> {
        match self.store.get(&self.path(folder, name)).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(away(error)),
        }
    }

    /// Removes a file; one that is not there is removed already.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when the storage does not answer.
    pub(crate) async fn delete(&self, folder: &str, name: &str) -> Result<(), Failure> {
        match self.store.delete(&self.path(folder, name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(error)),
        }
    }
}

/// The storage has failed; what it says may hold addresses, so that only the log gets it.
pub(crate) fn away(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::unavailable("the storage of reports does not answer").caused_by(error)
}
