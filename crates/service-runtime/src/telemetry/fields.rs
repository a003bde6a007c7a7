//! The fields of spans and events, read once for everybody who writes them down.

use std::fmt;

use serde::{Serialize, Serializer};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    layer::Context,
    registry::{LookupSpan, Scope},
};

/// A collection of fields of which the innermost value of a name wins.
pub(super) trait Fields: Default + Send + Sync + 'static {
    /// Takes a field in, in the place of an earlier one of that name, or leaves it out.
    fn put(&mut self, name: &'static str, value: &(impl Serialize + ?Sized));

    /// Takes the fields of an inner collection in.
    fn extend(&mut self, inner: &Self);
}

/// Remembers the fields of a new span with the span.
pub(super) fn open_span<F, S>(attributes: &Attributes<'_>, id: &Id, context: &Context<'_, S>)
where
    F: Fields,
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    if let Some(span) = context.span(id) {
        let mut fields = F::default();
        attributes.record(&mut Visitor(&mut fields));
        span.extensions_mut().replace(fields);
    }
}

/// Remembers fields that a span gets later.
pub(super) fn record_span<F, S>(id: &Id, values: &Record<'_>, context: &Context<'_, S>)
where
    F: Fields,
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    if let Some(span) = context.span(id)
        && let Some(fields) = span.extensions_mut().get_mut::<F>()
    {
        values.record(&mut Visitor(fields));
    }
}

/// Takes the fields of the spans around an event in, then those of the event.
pub(super) fn add_event<F, S>(fields: &mut F, event: &Event<'_>, context: &Context<'_, S>)
where
    F: Fields,
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    for span in context
        .event_scope(event)
        .into_iter()
        .flat_map(Scope::from_root)
    {
        if let Some(of_span) = span.extensions().get::<F>() {
            fields.extend(of_span);
        }
    }
    event.record(&mut Visitor(fields));
}

/// What a value says of itself, without a text in between.
struct Said<'value>(&'value dyn fmt::Debug);

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:?}", self.0))
    }
}

/// Reads values as JSON, errors with their causes.
struct Visitor<'a, F>(&'a mut F);

impl<F: Fields> Visitor<'_, F> {
    fn put(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        self.0.put(field.name(), value);
    }
}

impl<F: Fields> Visit for Visitor<'_, F> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, &crate::errors::chain(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, &Said(value));
    }
}
