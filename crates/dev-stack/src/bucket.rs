//! A little S3 look-alike for tests: it keeps objects in memory and hears only requests that are signed with its key.
//!
//! The signature is judged as Amazon describes Signature Version 4, from the request as it arrived.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Name of the bucket.
pub const NAME: &str = "reports";
/// Region of the bucket.
pub const REGION: &str = "ca-central-1";
/// Name of its key.
pub const ACCESS_KEY: &str = "test-reports";
/// Its key.
pub const SECRET_KEY: &str = "a-key-that-only-tests-know";

#[derive(Debug, Default)]
struct Inner {
    objects: BTreeMap<String, Vec<u8>>,
    uploads: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    /// How many uploads have begun: each has a number of its own.
    begun: usize,
    in_parts: usize,
    refused: usize,
}

type Shared = Arc<Mutex<Inner>>;

/// A running bucket.
#[derive(Debug)]
pub struct Bucket {
    address: SocketAddr,
    shared: Shared,
    serving: JoinHandle<()>,
}

impl Bucket {
    /// Starts on a free port of this machine, empty.
    ///
    /// # Errors
    /// When the system gives no port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Shared::default();
        let routes = Router::new()
            .fallback(serve)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Ok(Self {
            address,
            shared,
            serving,
        })
    }

    /// Its address.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The names of its objects, each behind the name of the bucket.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        locked(&self.shared).objects.keys().cloned().collect()
    }

    /// Objects that came in parts so far.
    #[must_use]
    pub fn in_parts(&self) -> usize {
        locked(&self.shared).in_parts
    }

    /// Requests that were refused so far.
    #[must_use]
    pub fn refused(&self) -> usize {
        locked(&self.shared).refused
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn locked(shared: &Shared) -> MutexGuard<'_, Inner> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The parts of a query, sorted as they are signed.
fn pairs(uri: &Uri) -> Vec<(&str, &str)> {
    let mut pairs: Vec<(&str, &str)> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    pairs.sort_unstable();
    pairs
}

async fn serve(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = locked(&shared);
    let good = is_signed(&method, &uri, &headers, &body).unwrap_or(false);
    if !good || !uri.path().starts_with(&format!("/{NAME}/")) {
        inner.refused += 1;
        return StatusCode::FORBIDDEN.into_response();
    }
    inner.answer(&method, &uri, body.to_vec())
}

impl Inner {
    fn answer(&mut self, method: &Method, uri: &Uri, body: Vec<u8>) -> Response {
        let name = uri.path().trim_start_matches('/').to_owned();
        let pairs: BTreeMap<&str, &str> = pairs(uri).into_iter().collect();
        let upload = pairs.get("uploadId").map(|id| (*id).to_owned());
        match (method.as_str(), upload) {
            ("POST", None) if pairs.contains_key("uploads") => {
                self.begun += 1;
                let id = format!("upload-{}", self.begun);
                let text = format!(
                    "<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
                );
                self.uploads.insert(id, BTreeMap::new());
                text.into_response()
            }
            ("PUT", Some(id)) => {
                let part = pairs.get("partNumber").and_then(|text| text.parse().ok());
                match (self.uploads.get_mut(&id), part) {
                    (Some(parts), Some(number)) => {
                        parts.insert(number, body);
                        tagged(Vec::new())
                    }
                    _unknown => StatusCode::NOT_FOUND.into_response(),
                }
            }
            ("POST", Some(id)) => match self.uploads.remove(&id) {
                Some(parts) => {
                    let whole = parts.into_values().flatten().collect();
                    self.objects.insert(name, whole);
                    self.in_parts += 1;
                    "<CompleteMultipartUploadResult><ETag>\"x\"</ETag></CompleteMultipartUploadResult>"
                        .into_response()
                }
                None => StatusCode::NOT_FOUND.into_response(),
            },
            ("DELETE", Some(id)) => {
                self.uploads.remove(&id);
                StatusCode::NO_CONTENT.into_response()
            }
            ("PUT", None) => {
                self.objects.insert(name, body);
                tagged(Vec::new())
            }
            ("GET", None) => match self.objects.get(&name) {
                Some(object) => tagged(object.clone()),
                None => StatusCode::NOT_FOUND.into_response(),
            },
            ("DELETE", None) => {
                self.objects.remove(&name);
                StatusCode::NO_CONTENT.into_response()
            }
            _others => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        }
    }
}

fn tagged(body: Vec<u8>) -> Response {
    let headers = [
        ("etag", "\"x\""),
        ("last-modified", "Tue, 24 Nov 2026 00:00:00 GMT"),
    ];
    (headers, body).into_response()
}

/// Whether a request is signed with the key of the bucket; `None` when it shows no signature that can be read.
fn is_signed(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<bool> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (moment, digest) = (text("x-amz-date")?, text("x-amz-content-sha256")?);
    let shown = text("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let shown: BTreeMap<&str, &str> = shown
        .split(", ")
        .filter_map(|part| part.split_once('='))
        .collect();
    let (key, scope) = shown.get("Credential")?.split_once('/')?;
    let names = *shown.get("SignedHeaders")?;
    let mut signed = String::new();
    for name in names.split(';') {
        signed.push_str(&format!("{name}:{}\n", text(name)?.trim()));
    }
    let query: Vec<String> = pairs(uri)
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = format!(
        "{method}\n{}\n{}\n{signed}\n{names}\n{digest}",
        uri.path(),
        query.join("&")
    );
    let request = hex::encode(Sha256::digest(request));
    let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{request}");
    let day = moment.get(..8)?;
    let mut secret = format!("AWS4{SECRET_KEY}").into_bytes();
    for part in [day, REGION, "s3", "aws4_request", to_sign.as_str()] {
        secret = mac(&secret, part.as_bytes())?;
    }
    let whole = key == ACCESS_KEY
        && scope == format!("{day}/{REGION}/s3/aws4_request")
        && names.split(';').any(|name| name == "host")
        && digest == hex::encode(Sha256::digest(body));
    Some(whole && shown.get("Signature").copied() == Some(hex::encode(secret).as_str()))
}

fn mac(key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request, signed step by step.
    fn signed(method: &str, path: &str, secret: &str, body: &[u8]) -> (Method, Uri, HeaderMap) {
        let digest = hex::encode(Sha256::digest(body));
        let moment = "20261124T000000Z";
        let scope = format!("20261124/{REGION}/s3/aws4_request");
        let names = "host;x-amz-content-sha256;x-amz-date";
        let request = format!(
            "{method}\n{path}\n\nhost:bucket\nx-amz-content-sha256:{digest}\nx-amz-date:{moment}\n\n{names}\n{digest}"
        );
        let request = hex::encode(Sha256::digest(request));
        let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{request}");
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in ["20261124", REGION, "s3", "aws4_request", to_sign.as_str()] {
            key = mac(&key, part.as_bytes()).unwrap();
        }
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders={names}, Signature={}",
            hex::encode(key)
        );
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "bucket"),
            ("x-amz-content-sha256", digest.as_str()),
            ("x-amz-date", moment),
            ("authorization", authorization.as_str()),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        (method.parse().unwrap(), path.parse().unwrap(), headers)
    }

    #[test]
    fn only_what_the_key_has_signed_is_heard() {
        let (method, uri, headers) = signed("PUT", "/reports/a.csv", SECRET_KEY, b"abc");
        let elsewhere: Uri = "/reports/b.csv".parse().unwrap();
        let (_method, _uri, foreign) = signed("PUT", "/reports/a.csv", "another", b"abc");

        assert_eq!(is_signed(&method, &uri, &headers, b"abc"), Some(true));
        assert_eq!(is_signed(&method, &uri, &headers, b"abd"), Some(false));
        assert_eq!(is_signed(&Method::GET, &uri, &headers, b"abc"), Some(false));
        assert_eq!(
            is_signed(&method, &elsewhere, &headers, b"abc"),
            Some(false)
        );
        assert_eq!(is_signed(&method, &uri, &foreign, b"abc"), Some(false));
        assert_eq!(is_signed(&method, &uri, &HeaderMap::new(), b"abc"), None);
    }
}
