//! Spans: numbered always, exported over OTLP when a collector is set.

use std::time::Duration;

use opentelemetry::{KeyValue, global, trace::TracerProvider as _};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracer, SdkTracerProvider},
};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

use crate::{run::Service, settings::CommonSettings};

/// Longest wait for the last spans: part of the grace period, so short.
pub(super) const FLUSH_LIMIT: Duration = Duration::from_secs(2);

/// Longest wait for one export.
const EXPORT_LIMIT: Duration = Duration::from_secs(3);

pub(super) fn provider(
    service: &Service,
    common: &CommonSettings,
) -> Result<SdkTracerProvider, ExporterBuildError> {
    let resource = Resource::builder()
        .with_service_name(service.name())
        .with_attributes([
            KeyValue::new("service.version", service.version()),
            KeyValue::new(
                "deployment.environment.name",
                common.app_environment.as_str(),
            ),
        ])
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(common.trace_fraction)));
    let builder = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(sampler);
    let Some(endpoint) = &common.otlp_endpoint else {
        return Ok(builder.build());
    };
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_LIMIT)
        .build()?;
    Ok(builder.with_batch_exporter(exporter).build())
}

/// Numbers spans; what they say of themselves beyond that is collected only where it `exports` them.
pub(super) fn layer<S>(
    service: &Service,
    provider: &SdkTracerProvider,
    exports: bool,
) -> OpenTelemetryLayer<S, SdkTracer>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer(service.name()))
        .with_location(exports)
        .with_threads(exports)
        .with_tracked_inactivity(exports)
        // Spans are found through `tracing`; nobody here asks for OpenTelemetry's own current context.
        .with_context_activation(false)
}

/// Makes the provider and the W3C propagator the ones that libraries use.
pub(super) fn install_globally(provider: &SdkTracerProvider) {
    global::set_tracer_provider(provider.clone());
    global::set_text_map_propagator(TraceContextPropagator::new());
}
