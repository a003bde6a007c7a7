//! One attempt to deliver: signed, bounded, to a checked address, and no further.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::Failure;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

use super::address::{PublicResolver, judge};
use super::settle::Parcel;
use crate::store::webhook_deliveries::Attempt;
use crate::store::webhooks::Secrets;

/// Longest time of one attempt.
const LIMIT: Duration = Duration::from_secs(10);
/// Bytes of an answer that are kept.
const ANSWER: usize = 4 * 1_024;
/// Longest wait that a receiver may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// How an attempt went, and what the receiver asked for.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) attempt: Attempt,
    /// The receiver says that it is gone for good.
    pub(super) gone: bool,
    /// The receiver says when to come again.
    pub(super) again_after: Option<Duration>,
}

/// Sends.
pub(super) struct Sender {
    client: Client,
    allow_private: bool,
}

impl Sender {
    pub(super) fn new(allow_private: bool) -> Result<Self, Failure> {
        service_runtime::tls::use_ring();
        let client = Client::builder()
            .user_agent(concat!("bccb-webhooks/", env!("CARGO_PKG_VERSION")))
            // A redirect or a proxy would lead where nobody has looked.
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(PublicResolver { allow_private })
            .connect_timeout(Duration::from_secs(5))
            .timeout(LIMIT)
            .pool_max_idle_per_host(1)
            .build()
            .map_err(Failure::internal)?;
        Ok(Self {
            client,
            allow_private,
        })
    }

    pub(super) async fn send(&self, parcel: &Parcel) -> Sent {
        let begun = Instant::now();
        let mut sent = match self.answered(parcel).await {
            Ok(answer) => read(answer).await,
            Err(reason) => failed(reason),
        };
        let taken = begun.elapsed();
        sent.attempt.duration_ms = i32::try_from(taken.as_millis()).unwrap_or(i32::MAX);
        let outcome = if sent.attempt.error.is_none() {
            "succeeded"
        } else {
            "failed"
        };
        metrics::counter!("webhook_attempts_total", "outcome" => outcome).increment(1);
        metrics::histogram!("webhook_attempt_duration_seconds").record(taken.as_secs_f64());
        sent
    }

    async fn answered(&self, parcel: &Parcel) -> Result<Response, &'static str> {
        let url = judge(&parcel.webhook.url, self.allow_private)?;
        let id = parcel.delivery.id.to_string();
        let now = Utc::now();
        let signature = signatures(&parcel.secrets, &id, now, &parcel.delivery.body)?;
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(HEADER_WEBHOOK_ID, id)
            .header(HEADER_WEBHOOK_TIMESTAMP, now.timestamp().to_string())
            .header(HEADER_WEBHOOK_SIGNATURE, signature)
            .body(parcel.delivery.body.clone());
        request.send().await.map_err(|error| reason(&error))
    }
}

/// One signature for each secret that is in use.
fn signatures(
    secrets: &Secrets,
    id: &str,
    now: DateTime<Utc>,
    body: &str,
) -> Result<String, &'static str> {
    let previous = secrets
        .previous
        .as_ref()
        .filter(|_| secrets.previous_until.is_some_and(|until| until > now));
    let mut signatures = Vec::with_capacity(2);
    for secret in std::iter::once(&secrets.current).chain(previous) {
        let signed = Webhook::from_bytes(secret.clone())
            .and_then(|webhook| webhook.sign(id, now.timestamp(), body.as_bytes()))
            .map_err(|_error| "the message cannot be signed")?;
        signatures.push(signed);
    }
    Ok(signatures.join(" "))
}

async fn read(answer: Response) -> Sent {
    let status = answer.status();
    let wait = answer
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok())
        .map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT));
    let body = beginning(answer).await;
    let error =
        (!status.is_success()).then(|| format!("the receiver answered {}", status.as_u16()));
    let later = matches!(status.as_u16(), 429 | 503);
    Sent {
        attempt: Attempt {
            response_status: Some(i32::from(status.as_u16())),
            response_body: Some(body).filter(|body| !body.is_empty()),
            duration_ms: 0,
            error,
        },
        gone: status.as_u16() == 410,
        again_after: wait.filter(|_| later),
    }
}

/// The beginning of an answer as text; the rest is never read.
async fn beginning(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        let room = ANSWER.saturating_sub(bytes.len());
        bytes.extend(chunk.iter().take(room));
        if bytes.len() >= ANSWER {
            break;
        }
    }
    // PostgreSQL keeps no NUL.
    String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}")
}

fn failed(reason: &'static str) -> Sent {
    Sent {
        attempt: Attempt {
            error: Some(reason.to_owned()),
            ..Attempt::default()
        },
        ..Sent::default()
    }
}

/// Why nobody answered, without the URL, which may hold a secret of the receiver.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        return "the receiver did not answer within 10 s";
    }
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<super::address::NotPublic>() {
            return "the host does not lead to the public internet";
        }
        cause = inner.source();
    }
    "the receiver cannot be reached"
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[test]
    fn both_secrets_sign_while_they_change_and_each_receiver_understands() {
        let (old, new) = (vec![1_u8; 32], vec![2_u8; 32]);
        let now = Utc::now();
        let secrets = |until| Secrets {
            current: new.clone(),
            previous: Some(old.clone()),
            previous_until: Some(until),
        };
        let verified = |secret: &[u8], signature: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER_WEBHOOK_ID, "msg".parse().unwrap());
            let moment = now.timestamp().to_string();
            headers.insert(HEADER_WEBHOOK_TIMESTAMP, moment.parse().unwrap());
            headers.insert(HEADER_WEBHOOK_SIGNATURE, signature.parse().unwrap());
            Webhook::from_bytes(secret.to_vec())
                .unwrap()
                .verify(b"{}", &headers)
                .is_ok()
        };

        let during = signatures(
            &secrets(now + chrono::TimeDelta::hours(1)),
            "msg",
            now,
            "{}",
        )
        .unwrap();
        let after = signatures(
            &secrets(now - chrono::TimeDelta::hours(1)),
            "msg",
            now,
            "{}",
        )
        .unwrap();

        assert!(verified(&old, &during) && verified(&new, &during));
        assert!(!verified(&old, &after) && verified(&new, &after));
        assert!(!verified(&[3; 32], &during));
    }
}
