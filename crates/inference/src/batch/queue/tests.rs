use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{BULK_TURN, Entry, Limits, Queue, Turn};
use crate::Priority;

const BUDGET: usize = 300;

fn queue() -> Queue<usize> {
    Queue::new(Limits {
        padded_tokens: BUDGET,
    })
}

fn entry(payload: usize, tokens: usize, priority: Priority, now: Instant) -> Entry<usize> {
    Entry {
        tokens,
        priority,
        deadline: None,
        enqueued: now,
        payload,
    }
}

fn next(queue: &mut Queue<usize>, now: Instant) -> Vec<usize> {
    queue
        .next_batch(now, |_| false)
        .batch
        .into_iter()
        .map(|entry| entry.payload)
        .collect()
}

#[test]
fn interactive_entries_go_before_older_bulk_entries() {
    let now = Instant::now();
    let mut queue = queue();
    queue.push(entry(0, 10, Priority::Bulk, now));
    queue.push(entry(1, 10, Priority::Interactive, now));

    assert_eq!(next(&mut queue, now), [1]);
    assert_eq!(next(&mut queue, now), [0]);
}

#[test]
fn entries_of_like_length_share_a_batch_and_strangers_wait() {
    let now = Instant::now();
    let mut queue = queue();
    for (payload, tokens) in [(0, 20), (1, 250), (2, 21), (3, 19)] {
        queue.push(entry(payload, tokens, Priority::Interactive, now));
    }

    assert_eq!(next(&mut queue, now), [3, 0, 2]);
    assert_eq!(next(&mut queue, now), [1]);
}

#[test]
fn an_entry_over_the_budget_runs_alone() {
    let now = Instant::now();
    let mut queue = queue();
    queue.push(entry(0, BUDGET + 1, Priority::Interactive, now));
    queue.push(entry(1, BUDGET + 1, Priority::Interactive, now));

    assert_eq!(next(&mut queue, now), [0]);
    assert_eq!(next(&mut queue, now), [1]);
}

#[test]
fn expired_and_cancelled_entries_are_handed_back_apart() {
    let now = Instant::now();
    let mut queue = queue();
    let mut late = entry(0, 10, Priority::Interactive, now);
    late.deadline = Some(now);
    queue.push(late);
    queue.push(entry(1, 10, Priority::Interactive, now));
    queue.push(entry(2, 10, Priority::Bulk, now));

    let turn = queue.next_batch(now, |payload| *payload == 1);

    let payloads = |entries: &[Entry<usize>]| entries.iter().map(|e| e.payload).collect::<Vec<_>>();
    assert_eq!(payloads(&turn.expired), [0]);
    assert_eq!(payloads(&turn.cancelled), [1]);
    assert_eq!(payloads(&turn.batch), [2]);
    assert_eq!((queue.len(), queue.tokens()), (0, 0));
}

#[test]
fn bulk_moves_while_interactive_work_never_stops() {
    let now = Instant::now();
    let mut queue = queue();
    queue.push(entry(0, 10, Priority::Bulk, now));

    for round in 1..BULK_TURN {
        queue.push(entry(round, 10, Priority::Interactive, now));
        assert_eq!(next(&mut queue, now), [round]);
    }
    queue.push(entry(99, 10, Priority::Interactive, now));

    assert_eq!(next(&mut queue, now), [0]);
}

/// What happens to an entry besides being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fate {
    Runs,
    Expires,
    IsCancelled,
}

fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => Just(Fate::Runs),
        1 => Just(Fate::Expires),
        1 => Just(Fate::IsCancelled),
    ]
}

fn priorities() -> impl Strategy<Value = Priority> {
    prop_oneof![Just(Priority::Interactive), Just(Priority::Bulk)]
}

fn arrivals() -> impl Strategy<Value = Vec<(usize, Priority, Fate)>> {
    prop::collection::vec((1..=BUDGET, priorities(), fates()), 0..600)
}

fn filled(arrivals: &[(usize, Priority, Fate)], now: Instant) -> Queue<usize> {
    let mut queue = queue();
    for (payload, (tokens, priority, fate)) in arrivals.iter().enumerate() {
        let mut waiting = entry(payload, *tokens, *priority, now);
        if *fate == Fate::Expires {
            waiting.deadline = Some(now);
        }
        queue.push(waiting);
    }
    queue
}

/// Takes turns until the queue is empty; each turn must make progress.
fn turns(
    queue: &mut Queue<usize>,
    arrivals: &[(usize, Priority, Fate)],
    now: Instant,
) -> Vec<Turn<usize>> {
    let mut turns = Vec::new();
    while queue.len() > 0 {
        let before = queue.len();
        turns.push(queue.next_batch(now, |payload| arrivals[*payload].2 == Fate::IsCancelled));
        assert!(queue.len() < before, "a turn took nothing");
    }
    turns
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(arrivals in arrivals()) {
        let now = Instant::now();
        let mut queue = filled(&arrivals, now);
        let mut seen = HashMap::new();

        for turn in turns(&mut queue, &arrivals, now) {
            for (fate, entries) in [
                (Fate::Runs, &turn.batch),
                (Fate::Expires, &turn.expired),
                (Fate::IsCancelled, &turn.cancelled),
            ] {
                for entry in entries {
                    prop_assert_eq!(seen.insert(entry.payload, fate), None);
                }
            }
        }

        let expected: HashMap<_, _> =
            arrivals.iter().enumerate().map(|(payload, arrival)| (payload, arrival.2)).collect();
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(queue.tokens(), 0);
    }

    #[test]
    fn every_batch_keeps_the_budget_and_is_sorted_by_length(arrivals in arrivals()) {
        let now = Instant::now();
        let mut queue = filled(&arrivals, now);

        for turn in turns(&mut queue, &arrivals, now) {
            let lengths: Vec<usize> = turn.batch.iter().map(|entry| entry.tokens).collect();
            prop_assert!(lengths.is_sorted());
            prop_assert!(lengths.len() * lengths.last().unwrap_or(&0) <= BUDGET);
        }
    }

    #[test]
    fn every_batch_is_of_one_class_and_takes_its_oldest_entry(arrivals in arrivals()) {
        let now = Instant::now();
        let mut queue = filled(&arrivals, now);
        let mut waiting: HashSet<usize> =
            (0..arrivals.len()).filter(|payload| arrivals[*payload].2 == Fate::Runs).collect();

        for turn in turns(&mut queue, &arrivals, now) {
            let Some(first) = turn.batch.first() else { continue };
            let oldest = waiting.iter().copied().filter(|payload| arrivals[*payload].1 == first.priority).min();
            prop_assert!(turn.batch.iter().all(|entry| entry.priority == first.priority));
            prop_assert!(turn.batch.iter().any(|entry| Some(entry.payload) == oldest));
            for entry in &turn.batch {
                waiting.remove(&entry.payload);
            }
        }
        prop_assert!(waiting.is_empty());
    }

    #[test]
    fn no_entry_waits_longer_than_its_place_and_the_turns_of_bulk_allow(
        ahead in prop::collection::vec(1..=BUDGET, 0..40),
        flood in prop::collection::vec(1..=BUDGET, 1..4),
    ) {
        let now = Instant::now() + Duration::from_secs(1);
        let mut queue = queue();
        for (payload, tokens) in ahead.iter().enumerate() {
            queue.push(entry(payload, *tokens, Priority::Bulk, now));
        }
        let last = ahead.len();
        queue.push(entry(last, 50, Priority::Bulk, now));

        let mut turns = 0;
        loop {
            for tokens in &flood {
                queue.push(entry(usize::MAX, *tokens, Priority::Interactive, now));
            }
            turns += 1;
            if next(&mut queue, now).contains(&last) {
                break;
            }
            prop_assert!(turns <= (ahead.len() + 1) * BULK_TURN, "starved");
        }
    }
}
