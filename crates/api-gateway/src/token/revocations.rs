//! Fills the list of denied tokens: from the change feed as things happen, and from credential-service after a gap, or while the
//! feed is silent: a long transaction holds every change back that came after it, and a session that has ended must not wait for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use domain::Failure;
use domain::id::{SessionId, UserId};
use domain::policy::Principal;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use protocol::caller::Outgoing;
use protocol::convert::value::{required_time, time_to_wire};
use protocol::from_status;
use protocol::pb::credential as pb;
use protocol::pb::credential::account_service_client::AccountServiceClient;
use protocol::token::{SERVICE_TOKEN_LIFETIME, TokenSigner};
use service_runtime::{Latch, Shutdown};
use tonic::transport::Channel;

use super::denied::DenyList;
use crate::follower::{Change, Listener};

/// Name under which the gateway asks.
const NAME: &str = "api-gateway";
/// Time for the answer.
const LIMIT: Duration = Duration::from_secs(5);
/// Tries in a row; what failed then is tried again with the next sign of life.
const TRIES: u32 = 5;
/// Without a sign of life for so long the list is read anew, again and again.
const SILENCE: Duration = Duration::from_secs(5);
/// Wait between tries.
const PAUSE: Duration = Duration::from_millis(200);

/// Which tokens are worth nothing any more, as one change says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Revocation {
    /// Sessions that have ended.
    pub(crate) sessions: Vec<SessionId>,
    /// Access tokens of the person that were signed before this moment are refused.
    pub(crate) tokens_valid_from: Option<DateTime<Utc>>,
}

impl TryFrom<pb::Revocation> for Revocation {
    type Error = Failure;

    fn try_from(revocation: pb::Revocation) -> Result<Self, Failure> {
        Ok(Self {
            sessions: revocation
                .ended_session_ids
                .iter()
                .map(|id| id.parse())
                .collect::<Result<_, _>>()?,
            tokens_valid_from: revocation
                .tokens_valid_from
                .map(|moment| required_time(Some(moment), "tokens_valid_from"))
                .transpose()?,
        })
    }
}

/// Keeps the list of denied tokens up to date. Clones keep the same list.
#[derive(Clone, Debug)]
pub(crate) struct Revocations {
    denied: Arc<DenyList>,
    channel: Channel,
    signer: TokenSigner,
    gap: Arc<Mutex<Gap>>,
    /// When the feed last said that everything was sent.
    heard: Arc<Mutex<Instant>>,
    /// Released by the first good read.
    first_read: Arc<Mutex<Option<Latch>>>,
}

/// Whether something may have been missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    None,
    /// What was missed is being read.
    Closing,
    /// It could not be read, or something was missed since.
    Open,
}

impl Revocations {
    /// A listener that fills a list, and asks over a connection after a gap. The latch is released once the list has been read.
    pub(crate) fn new(
        denied: Arc<DenyList>,
        channel: Channel,
        signer: TokenSigner,
        first_read: Latch,
    ) -> Self {
        Self {
            denied,
            channel,
            signer,
            gap: Arc::new(Mutex::new(Gap::None)),
            heard: Arc::new(Mutex::new(Instant::now())),
            first_read: Arc::new(Mutex::new(Some(first_read))),
        }
    }

    fn deny(&self, user: UserId, revocation: &Revocation) {
        for session in &revocation.sessions {
            self.denied.deny_session(*session);
        }
        if let Some(moment) = revocation.tokens_valid_from {
            self.denied.deny_before(user, moment);
        }
    }

    /// Reads the list again and again while the feed is silent, until the shutdown begins.
    pub(crate) async fn read_while_silent(self, shutdown: Shutdown) {
        loop {
            tokio::select! {
                () = shutdown.begun() => return,
                () = tokio::time::sleep(SILENCE) => {}
            }
            let heard = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            if heard.elapsed() >= SILENCE {
                self.close_gap().await;
            }
        }
    }

    fn set(&self, gap: Gap) -> Gap {
        let mut held = self.gap.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut held, gap)
    }

    /// Reads what was missed; what cannot be read now is asked for again with the next sign of life.
    async fn close_gap(&self) {
        self.set(Gap::Closing);
        for _ in 0..TRIES {
            match self.read().await {
                Ok(()) => {
                    let mut held = self.gap.lock().unwrap_or_else(PoisonError::into_inner);
                    if *held == Gap::Closing {
                        *held = Gap::None;
                    }
                    drop(held);
                    self.say_read();
                    return;
                }
                Err(failure) => {
                    tracing::warn!(%failure, cause = failure.cause_chain(), "ended sessions cannot be read");
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.set(Gap::Open);
    }

    /// Lets traffic in: from now on an ended session is known to be one.
    fn say_read(&self) {
        let latch = self
            .first_read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(latch) = latch {
            latch.release();
        }
    }

    /// Reads what was revoked within the life of a token.
    async fn read(&self) -> Result<(), Failure> {
        let life = TimeDelta::from_std(self.denied.lifetime()).map_err(Failure::internal)?;
        let question = pb::ListRevocationsRequest {
            since: Some(time_to_wire(Utc::now() - life)),
        };
        let principal = Principal::Service(NAME.to_owned());
        let outgoing = Outgoing {
            token: self.signer.sign(&principal, SERVICE_TOKEN_LIFETIME)?,
            ..Outgoing::default()
        };
        let mut client = AccountServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES);
        let request = outgoing.request(question, LIMIT)?;
        let asked = tokio::time::timeout(LIMIT, client.list_revocations(request)).await;
        let answer = asked
            .map_err(|_elapsed| Failure::timeout())?
            .map_err(from_status)?
            .into_inner();
        for session in answer.ended_session_ids {
            self.denied.deny_session(session.parse()?);
        }
        for user in answer.renewed_users {
            let moment = required_time(user.tokens_valid_from, "tokens_valid_from")?;
            self.denied.deny_before(user.user_id.parse()?, moment);
        }
        Ok(())
    }
}

impl Listener for Revocations {
    fn changed<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, ()> {
        for change in changes {
            if let Some(revocation) = &change.revocation {
                self.deny(UserId::from(change.entity_id), revocation);
            }
        }
        std::future::ready(()).boxed()
    }

    fn missed(&self) -> BoxFuture<'_, ()> {
        self.close_gap().boxed()
    }

    fn up_to_date(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let is_open = *self.gap.lock().unwrap_or_else(PoisonError::into_inner) == Gap::Open;
        if is_open {
            // Not awaited: the feed goes on being heard meanwhile.
            self.set(Gap::Closing);
            let again = self.clone();
            tokio::spawn(async move { again.close_gap().await });
        }
    }
}
