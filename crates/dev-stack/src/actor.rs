//! People who use the REST interface.

use anyhow::{Context, Result};
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer of the gateway.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body; `null` when it is not JSON.
    pub body: Value,
    /// Body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A part of the body by its JSON pointer; `null` when it is not there.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// A header; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// A text in the body by its JSON pointer.
    ///
    /// # Errors
    /// When it is not there, with the whole answer.
    pub fn text(&self, pointer: &str) -> Result<String> {
        let text = self
            .at(pointer)
            .as_str()
            .with_context(|| format!("no text at `{pointer}` of {} {}", self.status, self.body))?;
        Ok(text.to_owned())
    }
}

/// Somebody who uses the REST interface.
#[derive(Clone, Debug)]
pub struct Actor {
    client: reqwest::Client,
    base: String,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
}

impl Actor {
    /// Somebody who has not signed in, at the gateway `url`.
    #[must_use]
    pub fn visiting(url: &str) -> Self {
        service_runtime::tls::use_ring();
        Self {
            client: reqwest::Client::new(),
            base: format!("{url}/api/v1"),
            token: None,
            headers: Vec::new(),
        }
    }

    /// The same person, with one more header on every request.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same person, signed in.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Reads.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(self.client.get(format!("{}{path}", self.base)))
            .await
    }

    /// Reads outside of the REST interface, for example `/health`.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn get_outside(&self, path: &str) -> Result<Answer> {
        let root = self.base.trim_end_matches("/api/v1");
        self.send(self.client.get(format!("{root}{path}"))).await
    }

    /// Sends a body.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.post(format!("{}{path}", self.base)).json(body))
            .await
    }

    /// Sends a file.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn post_file(&self, path: &str, media: &str, file: Vec<u8>) -> Result<Answer> {
        let request = self.client.post(format!("{}{path}", self.base));
        self.send(request.header("content-type", media).body(file))
            .await
    }

    /// Replaces an object.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.put(format!("{}{path}", self.base)).json(body))
            .await
    }

    /// Removes an object.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn delete(&self, path: &str) -> Result<Answer> {
        self.send(self.client.delete(format!("{}{path}", self.base)))
            .await
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Result<Answer> {
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await?;
        Ok(Answer {
            status,
            headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes: bytes.into(),
        })
    }
}
