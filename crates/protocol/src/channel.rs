//! Connections to other services.

use std::time::Duration;

use domain::Failure;
use tonic::transport::{Channel, Endpoint};

/// Largest message that a service takes: four times what the gateway takes over REST. Files come in pieces.
pub const MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Largest answer, so that every one that the rules allow fits: whoever may write long texts must not be able to break a list.
///
/// In characters of four bytes: a micro-credential has 26,340 of them without its parts, so a page of 100 has 10.5 MB; a pathway
/// 31,040 (12.4 MB), a recognition 13,040 (5.2 MB). The largest answer is one micro-credential with 100 outcomes of 8,000 and 50
/// prerequisites of 1,000 characters, its newest 100 recognitions and 100 pathways: 21.1 MB of 25.2. A test holds the sum. A batch of assessments stops before the limit.
pub const MAX_ANSWER_BYTES: usize = 24 * 1024 * 1024;
/// Calls in flight on one connection.
const CONCURRENCY: usize = 512;

/// Where another service is.
#[derive(Clone, Debug)]
pub struct Remote(Endpoint);

impl Remote {
    /// Reads its address.
    ///
    /// # Errors
    /// `INVALID_FORMAT` when the address is not a URL such as `http://127.0.0.1:50051`.
    pub fn at(address: &str) -> Result<Self, Failure> {
        let endpoint = Endpoint::from_shared(address.to_owned())
            .map_err(|error| {
                Failure::malformed(
                    "the service address is not a URL such as http://127.0.0.1:50051",
                )
                .caused_by(error)
            })?
            .connect_timeout(Duration::from_secs(2))
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true)
            .tcp_nodelay(true)
            .concurrency_limit(CONCURRENCY);
        Ok(Self(endpoint))
    }

    /// A connection that is made at the first call and made again whenever it is lost. The tasks that drive it belong to the
    /// runtime that this is called in.
    #[must_use]
    pub fn connect(&self) -> Channel {
        self.0.connect_lazy()
    }
}

/// A connection to the service at an address; see [`Remote::connect`].
///
/// # Errors
/// `INVALID_FORMAT` when the address is not a URL such as `http://127.0.0.1:50051`.
pub fn connect(address: &str) -> Result<Channel, Failure> {
    Ok(Remote::at(address)?.connect())
}

#[cfg(test)]
mod tests;
