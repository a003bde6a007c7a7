//! One JSON object per event: `timestamp level service message`, then fields, then trace ids.

use std::{
    io::{self, Write as _},
    sync::OnceLock,
};

use opentelemetry::trace::TraceContextExt as _;
use serde::{Serializer as _, ser::SerializeMap as _};
use serde_json::Value;
use tracing::{
    Dispatch, Event, Subscriber,
    dispatcher::WeakDispatch,
    span::{Attributes, Id, Record},
};
use tracing_opentelemetry::get_otel_context;
use tracing_subscriber::{
    Layer,
    fmt::{
        MakeWriter,
        format::Writer,
        time::{FormatTime as _, SystemTime},
    },
    layer::Context,
    registry::LookupSpan,
};

use super::fields::{self, Fields};

/// Writes each event as one line; fields of the surrounding spans are part of the event.
pub(super) struct JsonLog<W = fn() -> io::Stdout> {
    service: &'static str,
    writer: W,
    dispatch: OnceLock<WeakDispatch>,
}

impl JsonLog {
    pub(super) fn new(service: &'static str) -> Self {
        Self::to(service, io::stdout)
    }
}

impl<W> JsonLog<W> {
    fn to(service: &'static str, writer: W) -> Self {
        Self {
            service,
            writer,
            dispatch: OnceLock::new(),
        }
    }

    fn trace_ids(&self, span: &Id) -> Option<(String, String)> {
        let dispatch = self.dispatch.get()?.upgrade()?;
        let context = get_otel_context(span, &dispatch)?;
        let ids = context.span().span_context().clone();
        ids.is_valid()
            .then(|| (ids.trace_id().to_string(), ids.span_id().to_string()))
    }

    fn line(
        &self,
        event: &Event<'_>,
        mut fields: Logged,
        ids: Option<(String, String)>,
    ) -> io::Result<Vec<u8>> {
        let message = fields.take("message").unwrap_or_default();
        // Events of libraries that use the `log` crate carry their target as a field.
        let target = fields
            .take("log.target")
            .unwrap_or_else(|| event.metadata().target().into());
        let mut line = Vec::with_capacity(256);
        let mut serializer = serde_json::Serializer::new(&mut line);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &timestamp())?;
        map.serialize_entry("level", event.metadata().level().as_str())?;
        map.serialize_entry("service", self.service)?;
        map.serialize_entry("message", &message)?;
        map.serialize_entry("target", &target)?;
        for (name, value) in &fields.0 {
            map.serialize_entry(name, value)?;
        }
        if let Some((trace_id, span_id)) = ids {
            map.serialize_entry("traceId", &trace_id)?;
            map.serialize_entry("spanId", &span_id)?;
        }
        map.end()?;
        line.push(b'\n');
        Ok(line)
    }
}

impl<S, W> Layer<S> for JsonLog<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + 'static,
{
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        // Registered once; a second registration would speak about the same subscriber.
        drop(self.dispatch.set(subscriber.downgrade()));
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        fields::open_span::<Logged, S>(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        fields::record_span::<Logged, S>(id, values, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let fields: Logged = fields::of_event(event, &context);
        let ids = context
            .event_span(event)
            .and_then(|span| self.trace_ids(&span.id()));
        if let Ok(line) = self.line(event, fields, ids) {
            // A log that cannot be written has nowhere to be reported.
            drop(
                self.writer
                    .make_writer_for(event.metadata())
                    .write_all(&line),
            );
        }
    }
}

/// Fields in the order they were first recorded; the innermost value of a name wins.
#[derive(Default)]
struct Logged(Vec<(&'static str, Value)>);

impl Logged {
    /// Names the line uses itself, or that only steer the export of spans.
    fn is_reserved(name: &str) -> bool {
        matches!(
            name,
            "timestamp" | "level" | "service" | "target" | "traceId" | "spanId"
        ) || name.starts_with("otel.")
            || (name.starts_with("log.") && name != "log.target")
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let index = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(index).1)
    }
}

impl Fields for Logged {
    fn put(&mut self, name: &'static str, value: Value) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        if Self::is_reserved(name) {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    fn extend(&mut self, inner: &Self) {
        for (name, value) in &inner.0 {
            self.put(name, value.clone());
        }
    }
}

fn timestamp() -> String {
    let mut text = String::with_capacity(32);
    // Writing into a String cannot fail.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use serde_json::Value;
    use tracing_subscriber::{Registry, layer::SubscriberExt as _};

    use super::JsonLog;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(work: impl FnOnce()) -> (String, Vec<Value>) {
        let lines = Lines::default();
        let writer = {
            let lines = lines.clone();
            move || lines.clone()
        };
        let traces = SdkTracerProvider::builder().build();
        let subscriber = Registry::default()
            .with(tracing_opentelemetry::layer().with_tracer(traces.tracer("test")))
            .with(JsonLog::to("api-gateway", writer));
        tracing::subscriber::with_default(subscriber, work);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let values = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        (text, values)
    }

    #[test]
    fn an_event_is_one_line_that_starts_with_the_documented_fields() {
        let (text, events) = logged(|| tracing::info!(statusCode = 200, "request\nserved"));

        assert_eq!(text.lines().count(), 1);
        assert!(text.starts_with("{\"timestamp\":\""));
        assert_eq!(events[0]["level"], "INFO");
        assert_eq!(events[0]["service"], "api-gateway");
        assert_eq!(events[0]["message"], "request\nserved");
        assert_eq!(events[0]["statusCode"], 200);
    }

    #[test]
    fn fields_of_spans_are_part_of_the_event_and_the_innermost_wins() {
        let (text, events) = logged(|| {
            let span = tracing::info_span!(
                "request",
                requestId = "r1",
                userId = tracing::field::Empty,
                otel.kind = "server"
            );
            span.record("userId", "u1");
            let _outer = span.entered();
            let _inner = tracing::info_span!("step", requestId = "r2").entered();
            tracing::info!("inside");
        });

        assert_eq!(events[0]["requestId"], "r2");
        assert_eq!(events[0]["userId"], "u1");
        assert_eq!(text.matches("requestId").count(), 1);
        assert!(!text.contains("otel.kind"));
    }

    #[test]
    fn events_inside_spans_carry_trace_ids() {
        let (_, events) = logged(|| {
            let _span = tracing::info_span!("request").entered();
            tracing::info!("first");
            tracing::info!("second");
        });

        assert_eq!(events[0]["traceId"].as_str().map(str::len), Some(32));
        assert_eq!(events[0]["traceId"], events[1]["traceId"]);
        assert_eq!(events[0]["spanId"].as_str().map(str::len), Some(16));
    }

    #[test]
    fn errors_are_told_with_their_causes() {
        let error = crate::errors::tests::nested();
        let error: &(dyn std::error::Error + 'static) = &error;

        let (_, events) = logged(|| {
            tracing::error!(error, "failed");
        });

        assert_eq!(events[0]["error"], "outer: inner");
    }

    #[test]
    fn a_field_cannot_forge_the_fixed_ones() {
        let (text, events) = logged(|| tracing::info!(service = "other", level = "TRACE", "x"));

        assert_eq!(events[0]["service"], "api-gateway");
        assert_eq!(text.matches("\"level\"").count(), 1);
    }
}
