//! Answers of public reads, kept in this process and, below it, in Redis.
//!
//! * What is kept: `data` and `pagination` as they are written, with their entity tag, for what visitors see.
//! * How long: see [`key::Kind::lifetime`], or until a change: this gateway's own requests drop what they touch before they are answered,
//!   everybody else's arrive with the change feed. While the feed is broken for longer than a moment nothing counts as fresh.
//! * One read at a time for each key: those who ask meanwhile wait for it, unless it began before a change that they know of.
//! * When the catalogue cannot be read, an entry that is only too old is served with a warning. What a change has dropped never is.

mod entry;
mod feed;
mod generations;
mod kept;
mod key;
mod measure;
mod shared;
mod touched;

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use domain::{ErrorKind, Failure};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use uuid::Uuid;

use self::entry::Seal;
use self::feed::FeedState;
use self::generations::{Generations, Mark, Seen, is_as_new};
pub(crate) use self::kept::Kept;
use self::kept::Status;
pub(crate) use self::key::{Key, Kind};
use self::measure::{Level, Measures};
use self::shared::SharedLevel;
use crate::follower::{Change, Listener};
use crate::redis::SharedRedis;
use crate::response::Written;
use crate::settings::Settings;

/// How long past its lifetime an entry may be served while the catalogue cannot be read.
const STALE_LIMIT: Duration = Duration::from_secs(3_600);
/// How long the catalogue is waited for when there is an entry to serve instead.
const PATIENCE: Duration = Duration::from_secs(1);
/// Times that somebody waits for a read which turns out to be older than a change.
const ATTEMPTS: u32 = 3;
/// Bytes that an entry takes beside its bodies and its key.
const OVERHEAD: usize = 400;

/// An answer with what it depends on.
#[derive(Debug)]
struct Stored {
    written: Written,
    seen: Seen,
    /// Age when it came here, and when that was.
    age: Duration,
    since: Instant,
}

impl Stored {
    fn age(&self) -> Duration {
        self.age + self.since.elapsed()
    }
}

/// What stands under a key in this process.
#[derive(Clone, Debug)]
enum Slot {
    /// An answer.
    Read(Arc<Stored>),
    /// An answer that may be too old; reading anew has failed.
    Stale(Arc<Stored>),
    /// Reading has failed; told to those who have waited, never kept.
    Failed(Arc<Failure>),
}

/// Both levels.
#[derive(Debug)]
pub(crate) struct Cache {
    local: moka::future::Cache<String, Slot>,
    is_on: bool,
    generations: Generations,
    shared: Option<SharedLevel>,
    feed: FeedState,
    measures: Measures,
}

impl Cache {
    /// A cache as the settings want it, empty.
    pub(crate) fn new(settings: &Settings, redis: Option<SharedRedis>) -> Self {
        let local = moka::future::Cache::builder()
            .max_capacity(settings.cache_max_bytes)
            .weigher(weight)
            .time_to_live(longest())
            .build();
        let seal = Seal::new(&settings.tokens.secret);
        Self {
            local,
            is_on: settings.cache_max_bytes > 0,
            generations: Generations::new(),
            shared: redis
                .zip(seal)
                .map(|(redis, seal)| SharedLevel::new(redis, seal)),
            feed: FeedState::default(),
            measures: Measures::new(),
        }
    }

    /// The answer to a read that is the same for everyone who may use this key: kept, or read now.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) async fn answer(
        &self,
        key: &Key,
        read: impl AsyncFn() -> Result<Written, Failure>,
    ) -> Result<Kept, Failure> {
        if !self.is_on {
            return Ok(Kept::bypassed(Box::pin(read()).await?));
        }
        for _ in 0..ATTEMPTS {
            let arrived = self.generations.of(&key.marks);
            if let Some(Slot::Read(stored)) = self.local.get(&key.text).await
                && self.is_fresh(key, &stored)
            {
                self.measures.hit(key.kind, Level::Local);
                return Ok(kept(key, &stored, Status::Hit));
            }
            let led = Cell::new(None);
            let entry = self.local.entry(key.text.clone());
            // Boxed, so that an answer which is at hand does not carry the room for reading one.
            let flight = entry.or_insert_with_if(self.load(key, &read, &led), |slot| {
                !self.slot_is_fresh(key, slot)
            });
            let slot = Box::pin(flight).await.into_value();
            match (slot, led.get()) {
                (Slot::Read(stored), Some(Level::Catalogue)) => {
                    self.measures.miss(key.kind);
                    return Ok(kept(key, &stored, Status::Stored));
                }
                (Slot::Read(stored), level)
                    if level.is_some() || is_as_new(&stored.seen, &arrived) =>
                {
                    self.measures.hit(key.kind, level.unwrap_or(Level::Local));
                    return Ok(kept(key, &stored, Status::Hit));
                }
                // It was read before a change that this caller may know of.
                (Slot::Read(_), _) => {}
                (Slot::Stale(stored), _) => {
                    self.measures.stale(key.kind);
                    return Ok(kept(key, &stored, Status::Stale));
                }
                (Slot::Failed(failure), _) => {
                    self.measures.miss(key.kind);
                    return Err(failure.told_again());
                }
            }
        }
        // Changes come faster than reads; this caller reads alone.
        self.measures.miss(key.kind);
        Ok(Kept::bypassed(Box::pin(read()).await?))
    }

    /// Reads from Redis, or from the catalogue; the counters are taken before, so that a change in between counts.
    async fn load(
        &self,
        key: &Key,
        read: impl AsyncFn() -> Result<Written, Failure>,
        led: &Cell<Option<Level>>,
    ) -> Slot {
        let seen = self.generations.of(&key.marks);
        let before = match self.local.get(&key.text).await {
            Some(Slot::Read(stored) | Slot::Stale(stored)) if stored.seen == seen => Some(stored),
            Some(Slot::Read(_) | Slot::Stale(_) | Slot::Failed(_)) | None => None,
        };
        let shared = self.shared.as_ref().filter(|_| self.feed.is_trusted());
        let looked = match shared {
            Some(shared) => shared.look(key).await,
            None => None,
        };
        let mut generations = None;
        if let Some(looked) = looked {
            if let Some((written, age)) = looked.found
                && age < key.kind.lifetime()
            {
                led.set(Some(Level::Shared));
                return Slot::Read(store(written, seen, age));
            }
            generations = Some(looked.generations);
        }
        let outcome = match &before {
            None => read().await,
            Some(_) => tokio::time::timeout(PATIENCE, read())
                .await
                .unwrap_or_else(|_elapsed| Err(Failure::timeout())),
        };
        match outcome {
            Ok(written) => {
                led.set(Some(Level::Catalogue));
                if let (Some(shared), Some(generations)) = (shared, generations)
                    && self.generations.of(&key.marks) == seen
                {
                    shared.store(key, &written, &generations).await;
                }
                Slot::Read(store(written, seen, Duration::ZERO))
            }
            Err(failure) => match before {
                Some(stored) if may_stand_in(key, &stored, &failure) => Slot::Stale(stored),
                Some(_) | None => Slot::Failed(Arc::new(failure)),
            },
        }
    }

    fn is_fresh(&self, key: &Key, stored: &Stored) -> bool {
        self.feed.is_trusted()
            && stored.age() < key.kind.lifetime()
            && stored.seen == self.generations.of(&key.marks)
    }

    fn slot_is_fresh(&self, key: &Key, slot: &Slot) -> bool {
        match slot {
            Slot::Read(stored) => self.is_fresh(key, stored),
            Slot::Stale(_) | Slot::Failed(_) => false,
        }
    }

    /// Drops what a request of this gateway may have changed; done before the request is answered.
    pub(crate) async fn forget_touched(&self, method: &Method, template: &str, id: Option<Uuid>) {
        self.forget(&touched::by_request(method, template, id))
            .await;
    }

    async fn forget(&self, marks: &[Mark]) {
        if marks.is_empty() {
            return;
        }
        // Noted before the counters move: whoever sees them moved also tells Redis before it looks there.
        if let Some(shared) = &self.shared {
            shared.note(marks);
        }
        for mark in marks {
            self.generations.advance(*mark);
        }
        if let Some(shared) = &self.shared {
            shared.tell().await;
        }
    }
}

impl Listener for Cache {
    fn changed<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, ()> {
        let mut marks: Vec<Mark> = changes.iter().flat_map(touched::by_change).collect();
        marks.sort_unstable();
        marks.dedup();
        async move { self.forget(&marks).await }.boxed()
    }

    fn missed(&self) -> BoxFuture<'_, ()> {
        self.forget(&[Mark::EVERYTHING]).boxed()
    }

    fn up_to_date(&self) {
        self.feed.up_to_date();
    }
}

fn store(written: Written, seen: Seen, age: Duration) -> Arc<Stored> {
    Arc::new(Stored {
        written,
        seen,
        age,
        since: Instant::now(),
    })
}

fn kept(key: &Key, stored: &Stored, status: Status) -> Kept {
    Kept {
        written: stored.written.clone(),
        status,
        age: stored.age(),
        lifetime: key.kind.lifetime(),
        is_public: true,
    }
}

/// Whether an entry may be served instead of a failure: the catalogue is away, and the entry not yet too old for that.
fn may_stand_in(key: &Key, stored: &Stored, failure: &Failure) -> bool {
    let away = matches!(
        failure.kind(),
        ErrorKind::Unavailable | ErrorKind::Overloaded | ErrorKind::Timeout
    );
    away && stored.age() < key.kind.lifetime() + STALE_LIMIT
}

#[expect(clippy::ptr_arg, reason = "the signature of a weigher")]
fn weight(key: &String, slot: &Slot) -> u32 {
    let bodies = match slot {
        Slot::Read(stored) | Slot::Stale(stored) => {
            stored.written.data.len() + stored.written.pagination.len()
        }
        Slot::Failed(_) => 0,
    };
    u32::try_from(key.len() + bodies + OVERHEAD).unwrap_or(u32::MAX)
}

fn longest() -> Duration {
    let lifetimes = Kind::ALL.into_iter().map(Kind::lifetime);
    lifetimes.max().unwrap_or_default() + STALE_LIMIT
}
