//! Counters that all gateways share, with Redis's clock.

use std::time::Duration;

use deadpool_redis::redis::pipe;

use super::slots::Slots;
use crate::redis::{RedisError, SharedRedis};

/// Gives back what was not used, counts what is in the window, and takes as much as is wanted and wise, in one step.
///
/// A sixteenth of what is left at most, so that nothing is taken ahead near the limit: there every request is counted one by one.
const TAKE: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local limit, want = tonumber(ARGV[3]), tonumber(ARGV[4])
local unused, slot_of_unused = tonumber(ARGV[5]), ARGV[6]
if unused > 0 and redis.call('HEXISTS', KEYS[1], slot_of_unused) == 1 then
  redis.call('HINCRBY', KEYS[1], slot_of_unused, -unused)
end
local oldest = math.floor((now - window) / size)
local current = math.floor(now / size)
local slots = redis.call('HGETALL', KEYS[1])
local used, first = 0, current
for index = 1, #slots, 2 do
  local slot = tonumber(slots[index])
  if slot < oldest then
    redis.call('HDEL', KEYS[1], slots[index])
  else
    used = used + tonumber(slots[index + 1])
    if slot < first then first = slot end
  end
end
local left = limit - used
local given = 0
if left > 0 then
  given = math.max(1, math.min(want, math.floor(left / 16)))
  redis.call('HINCRBY', KEYS[1], current, given)
  redis.call('PEXPIRE', KEYS[1], window + 2 * size)
end
return {given, math.max(0, left - given), (first + 1) * size + window - now, current}";

/// What Redis has given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// Requests that may be admitted; 0: none is left.
    pub(super) given: u32,
    /// Requests left beside them.
    pub(super) remaining: u64,
    /// Time until the oldest ones come back.
    pub(super) resets_in: Duration,
    /// Slot in which they were counted.
    pub(super) slot: u64,
}

/// Takes requests out of a limit; `unused` of an earlier slot are given back first.
pub(super) async fn take(
    redis: &SharedRedis,
    key: &str,
    (slots, limit): (Slots, u32),
    want: u32,
    unused: (u32, u64),
) -> Result<Given, RedisError> {
    let mut commands = pipe();
    commands
        .cmd("EVAL")
        .arg(TAKE)
        .arg(1)
        .arg(key)
        .arg(slots.window())
        .arg(slots.size())
        .arg(limit)
        .arg(want)
        .arg(unused.0)
        .arg(unused.1);
    let ((given, remaining, resets_in, slot),): ((u32, u64, u64, u64),) =
        redis.ask(&commands).await?;
    Ok(Given {
        given,
        remaining,
        resets_in: Duration::from_millis(resets_in),
        slot,
    })
}
