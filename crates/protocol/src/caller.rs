//! What travels with a request from process to process.

use std::net::IpAddr;
use std::time::Duration;

use domain::Failure;
use domain::id::InstitutionId;
use domain::policy::{Action, Principal, authorize};
use tonic::metadata::{Ascii, MetadataMap, MetadataValue};
use tonic::{Request, Status};

use crate::deadline::Deadline;
use crate::status::into_status;

const REQUEST_ID: &str = "x-request-id";
const CLIENT_ADDRESS: &str = "x-client-address";
const CLIENT_AGENT: &str = "x-client-agent";
const IDEMPOTENCY_KEY: &str = "idempotency-key";
const LONGEST_AGENT: usize = 300;
/// Most characters of a name that a client gives a change.
pub const LONGEST_IDEMPOTENCY_KEY: usize = 255;

/// Who asks, until when, and where the request came from.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who asks.
    pub principal: Principal,
    /// Until when the answer is of use.
    pub deadline: Deadline,
    /// Name of the request across all processes.
    pub request_id: Option<String>,
    /// Address of the client, as the gateway saw it.
    pub address: Option<IpAddr>,
    /// User agent of the client.
    pub agent: Option<String>,
    /// Name that the client gave this change, 1 to 255 visible ASCII characters: the same name, the same answer.
    pub idempotency_key: Option<String>,
}

impl Caller {
    /// The caller that [`crate::server::Authenticator`] has left in the request.
    ///
    /// # Errors
    /// `INTERNAL` when the server was built without the authenticator.
    pub fn of<T>(request: &Request<T>) -> Result<Self, Status> {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .ok_or_else(|| into_status(Failure::internal("the server has no authenticator")))
    }

    /// Insists that the caller may do something to an object of an institution.
    ///
    /// # Errors
    /// `TOKEN_MISSING` or `AUTHORIZATION_ERROR`.
    pub fn authorize(&self, action: Action, owner: Option<InstitutionId>) -> Result<(), Failure> {
        authorize(&self.principal, action, owner)
    }

    /// Reads what travels beside the token.
    pub(crate) fn read(principal: Principal, deadline: Deadline, metadata: &MetadataMap) -> Self {
        let text = |key: &str| {
            metadata
                .get(key)
                .and_then(|value| value.to_str().ok())
                .map(ToOwned::to_owned)
        };
        Self {
            principal,
            deadline,
            request_id: text(REQUEST_ID),
            address: text(CLIENT_ADDRESS).and_then(|address| address.parse().ok()),
            agent: text(CLIENT_AGENT),
            idempotency_key: text(IDEMPOTENCY_KEY).filter(|key| is_idempotency_key(key)),
        }
    }
}

/// What a client sends along with a call.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// Signed token.
    pub token: String,
    /// Name of the request across all processes.
    pub request_id: Option<String>,
    /// Address of the client.
    pub address: Option<IpAddr>,
    /// User agent of the client.
    pub agent: Option<String>,
    /// Name that the client gave this change; see [`is_idempotency_key`].
    pub idempotency_key: Option<String>,
}

impl Outgoing {
    /// Wraps a message for a call that may take `timeout`.
    ///
    /// # Errors
    /// `TOKEN_INVALID` when the token has characters that no header can carry.
    pub fn request<T>(&self, message: T, timeout: Duration) -> Result<Request<T>, Failure> {
        let mut request = self.stream_request(message)?;
        request.set_timeout(timeout);
        Ok(request)
    }

    /// Wraps a message for a stream that has no end of its own.
    ///
    /// # Errors
    /// `TOKEN_INVALID` when the token has characters that no header can carry.
    pub fn stream_request<T>(&self, message: T) -> Result<Request<T>, Failure> {
        let mut request = Request::new(message);
        let bearer: MetadataValue<Ascii> =
            format!("Bearer {}", self.token).parse().map_err(|_error| {
                Failure::new(
                    domain::ErrorCode::TokenInvalid,
                    "the access token is not valid here",
                )
            })?;
        let metadata = request.metadata_mut();
        metadata.insert("authorization", bearer);
        put(metadata, REQUEST_ID, self.request_id.as_deref());
        put(
            metadata,
            CLIENT_ADDRESS,
            self.address.map(|address| address.to_string()).as_deref(),
        );
        put(metadata, CLIENT_AGENT, self.agent.as_deref());
        put(metadata, IDEMPOTENCY_KEY, self.idempotency_key.as_deref());
        Ok(request)
    }
}

/// Whether a text can name a change: 1 to 255 visible ASCII characters.
#[must_use]
pub fn is_idempotency_key(text: &str) -> bool {
    (1..=LONGEST_IDEMPOTENCY_KEY).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Adds a value when a header can carry it; what a client wrote of itself is never worth a refusal.
fn put(metadata: &mut MetadataMap, key: &'static str, value: Option<&str>) {
    let Some(value) = value else { return };
    let clean: String = value
        .chars()
        .filter(|character| (' '..='~').contains(character))
        .take(LONGEST_AGENT)
        .collect();
    if let Ok(value) = clean.parse() {
        metadata.insert(key, value);
    }
}

/// Reads the bearer token of a call.
pub(crate) fn bearer(metadata: &MetadataMap) -> Option<&str> {
    metadata
        .get("authorization")?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}
