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
use serde::Serialize;
use tracing::{
    Event, Level, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use self::scrub::scrub;
use super::{
    FLUSH_LIMIT,
    fields::{self, Fields},
};
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
        fields::open_span::<Reported, S>(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        fields::record_span::<Reported, S>(id, values, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Reported::default();
        fields::add_event(&mut fields, event, &context);
        let report = fields.report(event.metadata().target(), self.service);
        self.client.capture_event(report, None);
    }
}

/// The fields of spans and events that a report may hold; the innermost value of a name wins.
#[derive(Default)]
struct Reported(BTreeMap<&'static str, Value>);

impl Reported {
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

impl Fields for Reported {
    fn put(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        if FIELDS.contains(&name) {
            let value = serde_json::to_value(value).unwrap_or_default();
            self.0.insert(name, value);
        }
    }

    fn extend(&mut self, inner: &Self) {
        self.0
            .extend(inner.0.iter().map(|(name, value)| (*name, value.clone())));
    }
}
