//! Processor time of a service: unlike its rate, it hardly depends on what else runs on the machine.

use std::time::Duration;

/// Length of a tick of the kernel's accounts, which Linux tells programs in hundredths of a second on every machine.
const TICK: Duration = Duration::from_millis(10);
/// Place of `utime` behind the name of the process in `/proc/PID/stat`; `stime` follows it.
const USER_TIME: usize = 11;

/// The processor time of a process from a moment on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Processor {
    pid: Option<u32>,
    before: Duration,
}

impl Processor {
    /// Begins to count; of no process it counts nothing.
    pub(super) fn of(pid: Option<u32>) -> Self {
        Self {
            pid,
            before: spent(pid),
        }
    }

    /// Microseconds for each of so many answers since.
    pub(super) fn micros_per(&self, answers: usize) -> f64 {
        let since = spent(self.pid).saturating_sub(self.before);
        let answers = u32::try_from(answers.max(1)).unwrap_or(u32::MAX);
        since.as_secs_f64() * 1e6 / f64::from(answers)
    }
}

fn spent(pid: Option<u32>) -> Duration {
    let stat = pid.and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/stat")).ok());
    TICK * stat.as_deref().map_or(0, ticks)
}

/// User and system time; the name before them may hold anything, so that only its last parenthesis is its end.
fn ticks(stat: &str) -> u32 {
    let (_name, rest) = stat.rsplit_once(')').unwrap_or_default();
    rest.split_whitespace()
        .skip(USER_TIME)
        .take(2)
        .filter_map(|figure| figure.parse::<u32>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_are_found_behind_an_odd_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 900 0 0 0 123 45 6 7 20 0 9 0 100";

        assert_eq!(ticks(stat), 168);
        assert_eq!(ticks("nonsense"), 0);
    }
}
