//! W3C trace context (`traceparent`, `tracestate`) of the calls that we answer.

use http::{HeaderMap, HeaderName};
use opentelemetry::propagation::Extractor;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

struct Incoming<'call>(&'call HeaderMap);

impl Extractor for Incoming<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// Makes the span of a call a child of the caller's.
pub(crate) fn continue_from(span: &Span, headers: &HeaderMap) {
    let context = opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.extract(&Incoming(headers))
    });
    // Fails only when no subscriber keeps traces; then there is nothing to join.
    drop(span.set_parent(context));
}
