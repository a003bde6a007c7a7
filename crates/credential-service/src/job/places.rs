//! The places of a worker: who has them, and what it may ask for.
//!
//! Slow jobs leave one place to the others. Of the places that its jobs may have a lane gets a part only: half of those for slow
//! jobs, and a single one while its last attempt has failed; all but one for the others.

use std::collections::HashMap;

use tokio::task::Id;

use super::run::Outcome;

/// Who has a place.
#[derive(Debug)]
struct Occupant {
    is_slow: bool,
    lane: Option<String>,
}

/// A lane with a job that runs, or whose last attempt has failed.
#[derive(Debug, Default)]
struct Lane {
    running: usize,
    is_slow: bool,
    is_failing: bool,
}

/// What a worker may ask for.
#[derive(Debug)]
pub(super) struct Question {
    /// How many jobs: they fit even if all of them are of one lane.
    pub(super) count: usize,
    /// What it leaves out.
    pub(super) left_out: LeftOut,
}

/// What a question leaves out, since there is no place for it.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    /// Whether it leaves out every slow job.
    pub(super) slow: bool,
    /// Full lanes of slow jobs.
    slow_lanes: Vec<String>,
    /// Full lanes of other jobs.
    other_lanes: Vec<String>,
}

impl LeftOut {
    /// The lanes that are full.
    pub(super) fn lanes(&self) -> Vec<&str> {
        let lanes = self.slow_lanes.iter().chain(&self.other_lanes);
        lanes.map(String::as_str).collect()
    }

    /// Whether everything that another question leaves out is left out here.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let slow = self.slow || (!other.slow && has_all(&self.slow_lanes, &other.slow_lanes));
        slow && has_all(&self.other_lanes, &other.other_lanes)
    }
}

fn has_all(lanes: &[String], others: &[String]) -> bool {
    others.iter().all(|lane| lanes.contains(lane))
}

/// The places.
#[derive(Debug)]
pub(super) struct Places {
    count: usize,
    occupants: HashMap<Id, Occupant>,
    lanes: HashMap<String, Lane>,
}

impl Places {
    /// So many places, all of them free.
    pub(super) fn new(count: usize) -> Self {
        Self {
            count,
            occupants: HashMap::new(),
            lanes: HashMap::new(),
        }
    }

    /// What may be asked for now.
    pub(super) fn question(&self) -> Question {
        let occupants = self.occupants.values();
        let slow = occupants.filter(|occupant| occupant.is_slow).count();
        let for_slow = all_but_one(self.count).saturating_sub(slow);
        let mut left_out = LeftOut {
            slow: for_slow == 0,
            ..LeftOut::default()
        };
        let mut count = self.count.saturating_sub(self.occupants.len());
        if !left_out.slow {
            // Of the lanes that will be answered nothing may be known yet.
            let unknown = Lane {
                is_slow: true,
                ..Lane::default()
            };
            count = count.min(for_slow).min(self.most(&unknown));
        }
        for (name, lane) in &self.lanes {
            let room = self.most(lane).saturating_sub(lane.running);
            if room > 0 {
                count = count.min(room);
            } else if lane.is_slow {
                left_out.slow_lanes.push(name.clone());
            } else {
                left_out.other_lanes.push(name.clone());
            }
        }
        Question { count, left_out }
    }

    /// Gives a place to a job.
    pub(super) fn enter(&mut self, job: Id, is_slow: bool, lane: Option<String>) {
        if let Some(name) = &lane {
            let lane = self.lanes.entry(name.clone()).or_default();
            lane.is_slow = is_slow;
            lane.running += 1;
        }
        self.occupants.insert(job, Occupant { is_slow, lane });
    }

    /// Takes a place back, and notes how the lane of its job does.
    pub(super) fn leave(&mut self, job: Id, outcome: Outcome) {
        let occupant = self.occupants.remove(&job);
        let Some(name) = occupant.and_then(|occupant| occupant.lane) else {
            return;
        };
        let Some(lane) = self.lanes.get_mut(&name) else {
            return;
        };
        lane.running = lane.running.saturating_sub(1);
        match outcome {
            Outcome::Done => lane.is_failing = false,
            Outcome::Retried | Outcome::Parked => lane.is_failing = true,
            Outcome::Released | Outcome::Lost => {}
        }
        if lane.running == 0 && !lane.is_failing {
            self.lanes.remove(&name);
        }
    }

    /// Places that a lane may have.
    fn most(&self, lane: &Lane) -> usize {
        let most = all_but_one(self.count);
        match (lane.is_slow, lane.is_failing) {
            (true, true) => 1,
            (true, false) => most.div_ceil(2),
            (false, _) => most,
        }
    }
}

/// Where there is one place only, everybody takes turns.
fn all_but_one(places: usize) -> usize {
    places.saturating_sub(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job as the worker knows it.
    fn job() -> Id {
        tokio::spawn(std::future::ready(())).id()
    }

    fn lane(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[tokio::test]
    async fn a_lane_of_slow_jobs_gets_half_of_their_places_and_one_while_it_fails() {
        let mut places = Places::new(4);
        let (first, second) = (job(), job());

        assert_eq!(places.question().count, 2, "all may be of one lane");
        places.enter(first, true, lane("hung"));
        assert_eq!(places.question().count, 1);
        places.enter(second, true, lane("hung"));
        assert_eq!(places.question().left_out.lanes(), ["hung"]);
        places.leave(first, Outcome::Retried);
        assert_eq!(places.question().left_out.lanes(), ["hung"]);
        places.leave(second, Outcome::Retried);
        assert!(places.question().left_out.lanes().is_empty());
        assert_eq!(places.question().count, 1);

        places.enter(first, true, lane("hung"));
        assert_eq!(places.question().left_out.lanes(), ["hung"]);
        places.leave(first, Outcome::Done);
        assert_eq!(places.question().count, 2);
    }

    #[tokio::test]
    async fn slow_jobs_and_lanes_of_others_leave_a_place() {
        let mut places = Places::new(3);
        places.enter(job(), true, None);
        places.enter(job(), true, lane("works"));

        let question = places.question();
        assert!(question.left_out.slow);
        assert_eq!(question.count, 1);

        let mut places = Places::new(3);
        places.enter(job(), false, lane("mail"));
        places.enter(job(), false, lane("mail"));

        let question = places.question();
        assert!(!question.left_out.slow);
        assert_eq!(
            (question.count, question.left_out.lanes()),
            (1, vec!["mail"])
        );
    }

    #[tokio::test]
    async fn the_only_place_is_for_everybody() {
        let mut places = Places::new(1);
        let only = job();

        assert_eq!(places.question().count, 1);
        places.enter(only, true, lane("hung"));
        assert_eq!(places.question().count, 0);
        places.leave(only, Outcome::Lost);
        assert_eq!(places.question().count, 1);
        assert!(!places.question().left_out.slow);
    }

    fn without(slow: bool, slow_lanes: &[&str], other_lanes: &[&str]) -> LeftOut {
        let owned = |lanes: &[&str]| -> Vec<String> {
            lanes.iter().map(|lane| (*lane).to_owned()).collect()
        };
        LeftOut {
            slow,
            slow_lanes: owned(slow_lanes),
            other_lanes: owned(other_lanes),
        }
    }

    #[test]
    fn a_question_covers_another_when_it_asks_for_nothing_more() {
        let nothing = without(false, &[], &[]);
        let one = without(false, &["one"], &[]);
        let both = without(false, &["one", "two"], &[]);
        let slow = without(true, &[], &[]);
        let mail = without(true, &[], &["mail"]);

        assert!(nothing.covers(&nothing) && both.covers(&one) && slow.covers(&both));
        assert!(mail.covers(&slow) && mail.covers(&nothing));
        assert!(!nothing.covers(&one) && !one.covers(&both) && !both.covers(&slow));
        assert!(!slow.covers(&mail));
    }
}
