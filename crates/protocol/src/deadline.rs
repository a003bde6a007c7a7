//! The time that is left for an answer. It shrinks at every hop, so that a caller hears our refusal before it gives up.

use std::time::{Duration, Instant};

use domain::Failure;
use tonic::metadata::MetadataMap;

/// Taken off at each hop for the way back.
pub const HOP: Duration = Duration::from_millis(20);
/// With less than this left, work is refused at once.
pub const LEAST: Duration = Duration::from_millis(100);
/// The time a caller has who names none, and the longest that a call may take unless its server allows more.
pub const DEFAULT: Duration = Duration::from_secs(30);

/// A moment after which nobody waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline that is `left` from now.
    #[must_use]
    pub fn after(left: Duration) -> Self {
        Self(Instant::now() + left)
    }

    /// The deadline of a call that we answer, one hop shorter than the caller's and no later than `longest` from now.
    ///
    /// # Errors
    /// `REQUEST_TIMEOUT` when less than 100 ms would be left; `INVALID_FORMAT` when the header cannot be read.
    pub fn of_call(metadata: &MetadataMap, longest: Duration) -> Result<Self, Failure> {
        let given = match metadata.get("grpc-timeout") {
            None => DEFAULT,
            Some(value) => value
                .to_str()
                .ok()
                .and_then(parse_timeout)
                .ok_or_else(|| Failure::malformed("the grpc-timeout cannot be read"))?,
        };
        let left = given.min(longest).saturating_sub(HOP);
        if left < LEAST {
            Err(Failure::timeout())
        } else {
            Ok(Self::after(left))
        }
    }

    /// The moment itself.
    #[must_use]
    pub const fn instant(self) -> Instant {
        self.0
    }

    /// The time left, zero once it has passed.
    #[must_use]
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// Reads `grpc-timeout`: at most eight digits and a unit (gRPC over HTTP/2).
fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3_600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(timeout: &'static str) -> MetadataMap {
        let mut metadata = MetadataMap::new();
        metadata.insert("grpc-timeout", timeout.parse().unwrap());
        metadata
    }

    #[test]
    fn a_hop_is_taken_off() {
        let left = Deadline::of_call(&metadata("500m"), DEFAULT)
            .unwrap()
            .left();

        assert!(
            left <= Duration::from_millis(480) && left > Duration::from_millis(400),
            "{left:?}"
        );
    }

    #[test]
    fn too_little_time_is_refused_before_work_begins() {
        assert!(Deadline::of_call(&metadata("119m"), DEFAULT).is_err());
        assert!(Deadline::of_call(&metadata("121m"), DEFAULT).is_ok());
    }

    #[test]
    fn nobody_waits_longer_than_the_server_allows() {
        let left = |longest| {
            Deadline::of_call(&metadata("600S"), longest)
                .unwrap()
                .left()
        };

        assert!(left(DEFAULT) < DEFAULT);
        assert!(left(DEFAULT * 4) > DEFAULT * 3);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "5", "m", "123456789m", "5x"] {
            assert_eq!(parse_timeout(text), None, "{text}");
        }
        assert_eq!(
            parse_timeout("99999999H"),
            Some(Duration::from_secs(99_999_999 * 3_600))
        );
    }
}
