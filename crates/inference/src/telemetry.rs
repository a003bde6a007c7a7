//! The metrics of this crate, in one place; labels are bounded.

use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

const QUEUE_DEPTH: &str = "inference_queue_depth";
const QUEUE_WAIT: &str = "inference_queue_wait_seconds";
const BATCH_SIZE: &str = "inference_batch_size";
const BATCH_TOKENS: &str = "inference_batch_tokens";
const TOKENIZE: &str = "inference_tokenize_seconds";
const RUN: &str = "inference_run_seconds";
const REJECTED: &str = "inference_rejected_total";
const CACHE_HITS: &str = "inference_cache_hits_total";
const CACHE_MISSES: &str = "inference_cache_misses_total";

/// Describes the metrics to the recorder that is installed, once per engine.
pub(crate) fn describe() {
    describe_gauge!(QUEUE_DEPTH, "Rows that wait for the model");
    describe_histogram!(QUEUE_WAIT, "Time from tokenized to taken into a batch");
    describe_histogram!(BATCH_SIZE, "Rows in a batch");
    describe_histogram!(BATCH_TOKENS, "Word pieces in a batch, padding included");
    describe_histogram!(TOKENIZE, "Time to tokenize one text");
    describe_histogram!(RUN, "Time of one batch in the model");
    describe_counter!(REJECTED, "Requests that got no vectors, by `reason`");
    describe_counter!(CACHE_HITS, "Texts whose vector was in the cache");
    describe_counter!(CACHE_MISSES, "Texts whose vector was not in the cache");
}

pub(crate) fn queue_depth(rows: usize) {
    gauge!(QUEUE_DEPTH).set(float(rows));
}

pub(crate) fn waited(time: Duration) {
    histogram!(QUEUE_WAIT).record(time.as_secs_f64());
}

pub(crate) fn tokenized(time: Duration) {
    histogram!(TOKENIZE).record(time.as_secs_f64());
}

pub(crate) fn ran(rows: usize, padded_tokens: usize, time: Duration) {
    histogram!(BATCH_SIZE).record(float(rows));
    histogram!(BATCH_TOKENS).record(float(padded_tokens));
    histogram!(RUN).record(time.as_secs_f64());
}

pub(crate) fn rejected(reason: &'static str) {
    counter!(REJECTED, "reason" => reason).increment(1);
}

pub(crate) fn cache(hits: usize, misses: usize) {
    counter!(CACHE_HITS).increment(u64::try_from(hits).unwrap_or(u64::MAX));
    counter!(CACHE_MISSES).increment(u64::try_from(misses).unwrap_or(u64::MAX));
}

/// Exact for every count that can occur here.
fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
