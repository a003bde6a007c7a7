//! The level that all gateways share: entries in Redis, beside the counters that say whether they still hold.
//!
//! One hash holds a value for every counter. An entry stores the values that stood before it was read; it holds while they are the same.
//! To drop what depends on a counter, its value is deleted: whoever reads next writes a new value that was never used before. Deleting
//! also works in a Redis whose memory is full, and when Redis has evicted the values, nothing that was stored with them is believed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_redis::redis::{Pipeline, pipe};
use uuid::Uuid;

use super::entry::Seal;
use super::generations::Mark;
use super::key::Key;
use crate::redis::SharedRedis;
use crate::response::Written;

/// Hash of the counters.
const GENERATIONS: &str = "bccb:cache:generations";
/// Reads an entry and the values of its counters, writing those that are absent.
const LOOK: &str = "
local fields = {}
for index = 2, #ARGV do fields[#fields + 1] = ARGV[index] end
local values = redis.call('HMGET', KEYS[2], unpack(fields))
for index = 1, #fields do
  if not values[index] then
    redis.call('HSET', KEYS[2], fields[index], ARGV[1])
    values[index] = ARGV[1]
  end
end
return {redis.call('GET', KEYS[1]), values}";

/// The bytes under a key, and the values of its counters.
type Found = (Option<Vec<u8>>, Vec<String>);

/// What was found under a key.
#[derive(Debug)]
pub(super) struct Looked {
    /// The entry and its age, if there is one that holds.
    pub(super) found: Option<(Written, Duration)>,
    /// How far the counters are.
    pub(super) generations: Vec<String>,
}

/// The shared level.
#[derive(Debug)]
pub(super) struct SharedLevel {
    redis: SharedRedis,
    seal: Seal,
    /// Counters that Redis has not been told about yet, with the number of the change.
    pending: Mutex<BTreeMap<Mark, u64>>,
}

impl SharedLevel {
    pub(super) const fn new(redis: SharedRedis, seal: Seal) -> Self {
        Self {
            redis,
            seal,
            pending: Mutex::new(BTreeMap::new()),
        }
    }

    /// Looks for an entry; `None` while Redis is away. What has changed is told first, so that nothing older than it is found.
    pub(super) async fn look(&self, key: &Key) -> Option<Looked> {
        let told = self.pending();
        let mut commands = telling(&told);
        commands
            .cmd("EVAL")
            .arg(LOOK)
            .arg(2)
            .arg(&key.text)
            .arg(GENERATIONS)
            .arg(Uuid::now_v7().to_string());
        for mark in key.marks {
            commands.arg(mark.number());
        }
        let ((sealed, generations),) = self.redis.ask::<(Found,)>(&commands).await.ok()?;
        self.settle(&told);
        let found = sealed.and_then(|sealed| self.seal.open(key, &sealed, &generations));
        Some(Looked { found, generations })
    }

    /// Stores an entry that was read after the counters stood like this. A failure costs the others a read, nothing else.
    pub(super) async fn store(&self, key: &Key, read: &Written, generations: &[String]) {
        let Some(sealed) = self.seal.close(key, read, generations) else {
            return;
        };
        let lifetime = u64::try_from(key.kind.lifetime().as_millis()).unwrap_or(u64::MAX);
        let mut commands = pipe();
        commands
            .cmd("SET")
            .arg(&key.text)
            .arg(sealed)
            .arg("PX")
            .arg(lifetime)
            .ignore();
        if let Err(error) = self.redis.ask::<()>(&commands).await {
            tracing::debug!(%error, "an entry was not shared");
        }
    }

    /// Notes what must be dropped; from now on nothing is read here before Redis has been told.
    pub(super) fn note(&self, marks: &[Mark]) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        for mark in marks {
            *pending.entry(*mark).or_insert(0) += 1;
        }
    }

    /// Tells Redis what must be dropped; what cannot be told now is told before the next look.
    pub(super) async fn tell(&self) {
        let told = self.pending();
        if told.is_empty() {
            return;
        }
        match self.redis.ask::<()>(&telling(&told)).await {
            Ok(()) => self.settle(&told),
            Err(error) => tracing::debug!(%error, "redis hears of a change later"),
        }
    }

    fn pending(&self) -> BTreeMap<Mark, u64> {
        let pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.clone()
    }

    /// Forgets what was told, unless it has changed again meanwhile.
    fn settle(&self, told: &BTreeMap<Mark, u64>) {
        if told.is_empty() {
            return;
        }
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|mark, changes| told.get(mark) != Some(changes));
    }
}

fn telling(told: &BTreeMap<Mark, u64>) -> Pipeline {
    let mut commands = pipe();
    if !told.is_empty() {
        commands.cmd("HDEL").arg(GENERATIONS);
        for mark in told.keys() {
            commands.arg(mark.number());
        }
        commands.ignore();
    }
    commands
}
