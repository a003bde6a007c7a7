//! Errors and panics for Sentry, when an address for them is set.
//!
//! A report is made from an event of level ERROR, so that nothing reaches Sentry that the log does not have, and holds the
//! message, a closed list of fields and, of a panic, the stack. Who did what with which input stays in the log: the request
//! id leads there. What is left goes through [`scrub`] on its way out.

mod scrub;

use std::{collections::BTreeMap, fmt, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};
use sentry::{
    Client, ClientOptions,
    integrations::backtrace::current_stacktrace,
    protocol::{Event as Report, Exception, Value},
    types::Dsn,
};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    layer::Context,
    registry::{LookupSpan, Scope},
};

use self::scrub::scrub;
use super::FLUSH_LIMIT;
use crate::{run::Service, settings::CommonSettings};

/// Fields that a report may hold; every other one stays in the log.
const FIELDS: &[&str] = &[
    "attempt",
    "cause",
    "endpoint",
    "error",
    "failures",
    "job",
    "kind",
    "message",
    "method",
    "panic.location",
    "panic.message",
    "requestId",
    "rpc",
    "sequence",
    "statusCode",
    "task",
];

/// Sends reports; clones share one queue, which drops what is too much.
#[derive(Clone)]
pub(super) struct Reports {
    client: Arc<Client>,
    service: &'static str,
}

impl fmt::Debug for Reports {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reports").finish_non_exhaustive()
    }
}

/// Tells whether a text is an address for reports.
pub(crate) fn is_address(text: &SecretString) -> bool {
    text.expose_secret().parse::<Dsn>().is_ok()
}

impl Reports {
    /// Opens the way out; `None` without an address.
    pub(super) fn new(service: &Service, common: &CommonSettings) -> Option<Self> {
        let dsn: Dsn = common.sentry_dsn.as_ref()?.expose_secret().parse().ok()?;
        let mut options = ClientOptions::new();
        options.dsn = Some(dsn);
        Some(Self::with(
            service,
            common.app_environment.as_str(),
            options,
        ))
    }

    fn with(service: &Service, environment: &'static str, options: ClientOptions) -> Self {
        let release = format!(
            "{}@{}+{}",
            service.name(),
            service.version(),
            service.commit()
        );
        let options = options
            // They would add the name of the machine, and reports of panics beside those of the log.
            .default_integrations(false)
            .send_default_pii(false)
            .max_breadcrumbs(0)
            .release(release)
            .environment(environment)
            .before_send(|report| Some(scrub(report)));
        Self {
            client: Arc::new(Client::with_options(sentry::apply_defaults(options))),
            service: service.name(),
        }
    }

    /// Tells which spans and events the layer needs.
    pub(super) fn wants(metadata: &Metadata<'_>) -> bool {
        let level = *metadata.level();
        if metadata.is_span() {
            level <= Level::INFO
        } else {
            // The HTTP library calls every request that it cannot read an error; anybody may send as many as they like.
            level == Level::ERROR && !metadata.target().starts_with("actix_http")
        }
    }

    /// Sends what waits; blocks for a few seconds at most.
    pub(super) fn close(&self) {
        self.client.close(Some(FLUSH_LIMIT));
    }
}

impl<S> Layer<S> for Reports
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().replace(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(Scope::from_root)
        {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields
                    .0
                    .extend(outer.0.iter().map(|(name, value)| (*name, value.clone())));
            }
        }
        event.record(&mut fields);
        let report = fields.report(event.metadata().target(), self.service);
        self.client.capture_event(report, None);
    }
}

/// The fields of spans and events that a report may hold; the innermost value of a name wins.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        if FIELDS.contains(&field.name()) {
            self.0.insert(field.name(), value);
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let value = self.0.remove(name)?;
        let text = value.as_str().map(ToOwned::to_owned);
        Some(text.unwrap_or_else(|| value.to_string()))
    }

    fn report(mut self, target: &str, service: &'static str) -> Report<'static> {
        let message = self.text("message");
        let mut report = Report {
            logger: Some(target.to_owned()),
            level: sentry::Level::Error,
            ..Report::default()
        };
        report.tags.insert("service".to_owned(), service.to_owned());
        if let Some(id) = self.text("requestId") {
            report.tags.insert("requestId".to_owned(), id);
        }
        match self.text("panic.message") {
            Some(panic) => report.exception.values.push(Exception {
                ty: "panic".to_owned(),
                value: Some(panic),
                stacktrace: current_stacktrace(),
                ..Exception::default()
            }),
            None => report.message = message,
        }
        report.extra = self
            .0
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        report
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, crate::errors::chain(value).into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }
}
