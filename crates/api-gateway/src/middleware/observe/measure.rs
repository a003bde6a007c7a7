//! `http_requests_total` and `http_request_duration_seconds`.

use std::cell::RefCell;
use std::collections::HashMap;

use actix_web::http::StatusCode;
use metrics::{Counter, Histogram, counter, histogram};

/// Route, method and status: closed lists all of them.
type Labels = (&'static str, &'static str, u16);

thread_local! {
    /// Looked up once by every worker, since that costs more than the measurement.
    static HANDLES: RefCell<HashMap<Labels, (Counter, Histogram)>> = RefCell::default();
}

/// Measures one answer.
pub(super) fn measure(route: &'static str, method: &'static str, status: StatusCode, seconds: f64) {
    HANDLES.with_borrow_mut(|handles| {
        let (requests, duration) = handles
            .entry((route, method, status.as_u16()))
            .or_insert_with(|| {
                let status = status.as_u16().to_string();
                (
                    counter!("http_requests_total", "method" => method, "route" => route, "status_code" => status),
                    histogram!("http_request_duration_seconds", "method" => method, "route" => route),
                )
            });
        requests.increment(1);
        duration.record(seconds);
    });
}
