//! The fields of spans and events, written as JSON the moment they are recorded.

use std::ops::Range;

use serde::Serialize;

use crate::telemetry::fields::Fields;

/// Fields in the order they were first recorded; the innermost value of a name wins.
///
/// Values are kept as the text that goes into the line: that of a span is written once and copied into each of its events.
#[derive(Default)]
pub(super) struct Logged {
    json: Vec<u8>,
    places: Vec<(&'static str, Range<usize>)>,
}

impl Logged {
    /// Names the line uses itself, or that only steer the export of spans.
    fn is_reserved(name: &str) -> bool {
        matches!(
            name,
            "timestamp" | "level" | "service" | "target" | "traceId" | "spanId"
        ) || name.starts_with("otel.")
            || (name.starts_with("log.") && name != "log.target")
    }

    /// Takes a value that `write` appends as JSON.
    fn take_in(&mut self, name: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        if Self::is_reserved(name) {
            return;
        }
        let begin = self.json.len();
        write(&mut self.json);
        let place = begin..self.json.len();
        match self.places.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = place,
            None => self.places.push((name, place)),
        }
    }

    /// Takes a field out, as JSON.
    pub(super) fn take(&mut self, name: &str) -> Option<&[u8]> {
        let index = self.places.iter().position(|(known, _)| *known == name)?;
        let (_, place) = self.places.remove(index);
        Some(self.text(&place))
    }

    /// Names, and values as JSON.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let named = self.places.iter();
        named.map(|(name, place)| (*name, self.text(place)))
    }

    /// Forgets all fields and keeps the room for others.
    pub(super) fn clear(&mut self) {
        self.json.clear();
        self.places.clear();
    }

    fn text(&self, place: &Range<usize>) -> &[u8] {
        self.json.get(place.clone()).unwrap_or_default()
    }
}

impl Fields for Logged {
    fn put(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        self.take_in(name, |json| append(json, value));
    }

    fn extend(&mut self, inner: &Self) {
        for (name, place) in &inner.places {
            self.take_in(name, |json| json.extend_from_slice(inner.text(place)));
        }
    }
}

/// Appends a value as JSON. What cannot be written is `null`, so that the line stays whole.
pub(super) fn append(json: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let begin = json.len();
    if serde_json::to_writer(&mut *json, value).is_err() {
        json.truncate(begin);
        json.extend_from_slice(b"null");
    }
}
