//! One JSON object per event: `timestamp level service message`, then fields, then trace ids.

mod logged;

use std::{
    cell::Cell,
    fmt,
    io::{self, Write as _},
    sync::OnceLock,
};

use opentelemetry::trace::{SpanId, TraceContextExt as _, TraceId};
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

use self::logged::{Logged, append};
use super::fields;

/// Room for a line that a thread keeps for its next one; what a longer one took is given back.
const KEPT_BYTES: usize = 16 * 1_024;

thread_local! {
    static SCRATCH: Cell<Scratch> = Cell::default();
}

/// What a line is made in.
#[derive(Default)]
struct Scratch {
    fields: Logged,
    line: Vec<u8>,
}

impl Scratch {
    /// That of this thread. An event inside of an event gets another one.
    fn take() -> Self {
        SCRATCH.try_with(Cell::take).unwrap_or_default()
    }

    fn give_back(mut self) {
        if self.line.capacity() <= KEPT_BYTES {
            self.fields.clear();
            self.line.clear();
            // A thread that ends needs it no more.
            let _ = SCRATCH.try_with(|scratch| scratch.set(self));
        }
    }
}

/// Writes each event as one line; fields of the surrounding spans are part of the event.
pub(super) struct JsonLog<W> {
    service: &'static str,
    writer: W,
    dispatch: OnceLock<WeakDispatch>,
}

impl<W> JsonLog<W> {
    /// Writes what `service` logs to `writer`.
    pub(super) fn to(service: &'static str, writer: W) -> Self {
        Self {
            service,
            writer,
            dispatch: OnceLock::new(),
        }
    }

    fn trace_ids(&self, span: &Id) -> Option<(TraceId, SpanId)> {
        let dispatch = self.dispatch.get()?.upgrade()?;
        let context = get_otel_context(span, &dispatch)?;
        let span = context.span();
        let ids = span.span_context();
        ids.is_valid().then(|| (ids.trace_id(), ids.span_id()))
    }

    fn write_line(
        &self,
        event: &Event<'_>,
        fields: &mut Logged,
        ids: Option<(TraceId, SpanId)>,
        line: &mut Vec<u8>,
    ) -> io::Result<()> {
        line.extend_from_slice(br#"{"timestamp":""#);
        write!(line, "{}", Now)?;
        line.extend_from_slice(br#"","level":""#);
        line.extend_from_slice(event.metadata().level().as_str().as_bytes());
        line.extend_from_slice(br#"","service":"#);
        append(line, self.service);
        line.extend_from_slice(br#","message":"#);
        line.extend_from_slice(fields.take("message").unwrap_or(b"null"));
        line.extend_from_slice(br#","target":"#);
        // Events of libraries that use the `log` crate carry their target as a field.
        match fields.take("log.target") {
            Some(target) => line.extend_from_slice(target),
            None => append(line, event.metadata().target()),
        }
        for (name, value) in fields.iter() {
            line.push(b',');
            append(line, name);
            line.push(b':');
            line.extend_from_slice(value);
        }
        if let Some((trace_id, span_id)) = ids {
            write!(line, r#","traceId":"{trace_id}","spanId":"{span_id}""#)?;
        }
        line.extend_from_slice(b"}\n");
        Ok(())
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
        let mut scratch = Scratch::take();
        let Scratch { fields, line } = &mut scratch;
        fields::add_event(fields, event, &context);
        let ids = context
            .event_span(event)
            .and_then(|span| self.trace_ids(&span.id()));
        if self.write_line(event, fields, ids, line).is_ok() {
            // A log that cannot be written has nowhere to be reported.
            drop(
                self.writer
                    .make_writer_for(event.metadata())
                    .write_all(line),
            );
        }
        scratch.give_back();
    }
}

/// This moment.
struct Now;

impl fmt::Display for Now {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        SystemTime.format_time(&mut Writer::new(formatter))
    }
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
