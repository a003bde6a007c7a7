//! Decides what runs next; a plain value without threads, clocks or channels.
//!
//! - Two classes, each first in, first out. Interactive goes first; while it keeps coming, every
//!   [`BULK_TURN`]-th batch is a bulk batch, so bulk always moves.
//! - A batch always takes the oldest entry of its class. The rest are the entries nearest to it in
//!   length among the next [`LOOK_AHEAD`], as long as the *padded* size (rows × longest) stays within
//!   the budget and padding stays a small part of it. Every batch therefore moves every entry of its
//!   class forward: nothing can be overtaken for ever.
//! - Entries that are cancelled or past their deadline are handed back apart and never run.

use std::collections::VecDeque;
use std::time::Instant;

use super::Priority;

/// While both classes wait, one batch in this many is a bulk batch.
pub(crate) const BULK_TURN: usize = 4;

/// Entries that are looked at for one batch; bounds the work of forming it.
const LOOK_AHEAD: usize = 256;

/// Padding that is always allowed: a run of its own costs about as much as these tokens.
const FREE_PADDING: usize = 32;

/// Holds one row that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<T> {
    /// Pieces in the row, special pieces included.
    pub(crate) tokens: usize,
    pub(crate) priority: Priority,
    pub(crate) deadline: Option<Instant>,
    pub(crate) enqueued: Instant,
    pub(crate) payload: T,
}

/// Bounds one batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Largest rows × longest row. An entry longer than this still runs, alone.
    pub(crate) padded_tokens: usize,
}

/// What one turn takes out of the queue.
#[derive(Debug)]
pub(crate) struct Turn<T> {
    /// To run now, shortest first; empty if nothing is left to run.
    pub(crate) batch: Vec<Entry<T>>,
    /// Past their deadline: to be answered.
    pub(crate) expired: Vec<Entry<T>>,
    /// Cancelled: nobody waits, to be dropped.
    pub(crate) cancelled: Vec<Entry<T>>,
}

/// Holds the waiting rows.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    limits: Limits,
    interactive: VecDeque<Entry<T>>,
    bulk: VecDeque<Entry<T>>,
    /// Interactive batches since the last bulk batch, counted while bulk waits.
    passed_over: usize,
    tokens: usize,
}

impl<T> Queue<T> {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            interactive: VecDeque::new(),
            bulk: VecDeque::new(),
            passed_over: 0,
            tokens: 0,
        }
    }

    /// Rows that wait.
    pub(crate) fn len(&self) -> usize {
        self.interactive.len() + self.bulk.len()
    }

    /// Pieces that wait, without padding.
    pub(crate) const fn tokens(&self) -> usize {
        self.tokens
    }

    pub(crate) fn push(&mut self, entry: Entry<T>) {
        self.tokens += entry.tokens;
        match entry.priority {
            Priority::Interactive => self.interactive.push_back(entry),
            Priority::Bulk => self.bulk.push_back(entry),
        }
    }

    /// Takes everything out; for a queue that ends.
    pub(crate) fn drain(&mut self) -> Vec<Entry<T>> {
        self.tokens = 0;
        self.interactive
            .drain(..)
            .chain(self.bulk.drain(..))
            .collect()
    }

    /// Forms the next batch.
    ///
    /// The batch is empty only if no entry is left that could run.
    pub(crate) fn next_batch(
        &mut self,
        now: Instant,
        is_cancelled: impl Fn(&T) -> bool,
    ) -> Turn<T> {
        let mut turn = Turn {
            batch: Vec::new(),
            expired: Vec::new(),
            cancelled: Vec::new(),
        };
        while turn.batch.is_empty() && self.len() > 0 {
            let priority = self.next_class();
            let lane = match priority {
                Priority::Interactive => &mut self.interactive,
                Priority::Bulk => &mut self.bulk,
            };
            let ahead = lane.len().min(LOOK_AHEAD);
            let mut candidates = Vec::with_capacity(ahead);
            for entry in lane.drain(..ahead) {
                if is_cancelled(&entry.payload) {
                    turn.cancelled.push(entry);
                } else if entry.deadline.is_some_and(|deadline| deadline <= now) {
                    turn.expired.push(entry);
                } else {
                    candidates.push(entry);
                }
            }
            let (batch, rest) = pick(candidates, self.limits);
            turn.batch = batch;
            for entry in rest.into_iter().rev() {
                lane.push_front(entry);
            }
            if !turn.batch.is_empty() {
                self.count(priority);
            }
        }
        let gone = [&turn.batch, &turn.expired, &turn.cancelled]
            .into_iter()
            .flatten()
            .map(|entry| entry.tokens)
            .sum();
        self.tokens = self.tokens.saturating_sub(gone);
        turn
    }

    fn next_class(&self) -> Priority {
        let bulk_is_due = self.passed_over + 1 >= BULK_TURN;
        if self.interactive.is_empty() || (bulk_is_due && !self.bulk.is_empty()) {
            Priority::Bulk
        } else {
            Priority::Interactive
        }
    }

    fn count(&mut self, served: Priority) {
        self.passed_over = match served {
            Priority::Interactive if !self.bulk.is_empty() => self.passed_over.saturating_add(1),
            Priority::Interactive | Priority::Bulk => 0,
        };
    }
}

/// Splits candidates, oldest first, into a batch (shortest first) and the rest (order kept).
fn pick<T>(candidates: Vec<Entry<T>>, limits: Limits) -> (Vec<Entry<T>>, Vec<Entry<T>>) {
    let mut by_length: Vec<(usize, usize)> = candidates
        .iter()
        .enumerate()
        .map(|(position, entry)| (entry.tokens, position))
        .collect();
    // By length, then by age, so that of equally long entries the older ones stand nearer the front.
    by_length.sort_unstable();
    let chosen = choose(&by_length, limits);
    let mut taken = vec![false; candidates.len()];
    for (_, position) in &chosen {
        if let Some(mark) = taken.get_mut(*position) {
            *mark = true;
        }
    }
    let (mut batch, mut rest) = (Vec::with_capacity(chosen.len()), Vec::new());
    for (entry, taken) in candidates.into_iter().zip(taken) {
        if taken { &mut batch } else { &mut rest }.push(entry);
    }
    batch.sort_by_key(|entry| entry.tokens);
    (batch, rest)
}

/// Grows a run around the oldest entry (position 0), to the side that is nearer in length.
fn choose(by_length: &[(usize, usize)], limits: Limits) -> Vec<(usize, usize)> {
    let Some(seed_at) = by_length.iter().position(|(_, position)| *position == 0) else {
        return Vec::new();
    };
    let (before, from_seed) = by_length.split_at(seed_at);
    let Some((&seed, after)) = from_seed.split_first() else {
        return Vec::new();
    };
    let mut chosen = vec![seed];
    let (mut longest, mut sum) = (seed.0, seed.0);
    let mut shorter = before.iter().rev().copied().peekable();
    let mut longer = after.iter().copied().peekable();
    let fits = |rows: usize, longest: usize, sum: usize| {
        let padded = rows * longest;
        padded <= limits.padded_tokens && padded - sum <= sum / 4 + FREE_PADDING
    };
    loop {
        let down = shorter
            .peek()
            .copied()
            .filter(|next| fits(chosen.len() + 1, longest, sum + next.0));
        let up = longer
            .peek()
            .copied()
            .filter(|next| fits(chosen.len() + 1, next.0, sum + next.0));
        let next = match (down, up) {
            (None, None) => return chosen,
            (Some(down), Some(up)) if seed.0 - down.0 < up.0 - seed.0 => shorter.next(),
            (Some(_), None) => shorter.next(),
            (Some(_) | None, Some(_)) => longer.next(),
        };
        if let Some(next) = next {
            longest = longest.max(next.0);
            sum += next.0;
            chosen.push(next);
        }
    }
}

#[cfg(test)]
mod tests;
