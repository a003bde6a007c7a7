//! Where a request leads, found before anything else.

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::{HttpMessage, HttpRequest};

use super::{Access, CURRENT, ROUTES, Route, UNVERSIONED};

/// What part of the gateway a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The REST interface.
    Api,
    /// `/health…`.
    Probe,
    /// The description and its page.
    Docs,
    /// The web app, or nothing.
    App,
}

/// Where a request leads, found once, before anything else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// The line of the table, if there is one for path and method.
    pub(crate) route: Option<&'static Route>,
    /// A name with few different values, for logs and metrics.
    pub(crate) label: &'static str,
    /// Whether it is the REST interface.
    pub(crate) is_api: bool,
    /// What part of the gateway it is for.
    pub(crate) place: Place,
}

impl Found {
    /// Finds where a request leads.
    pub(crate) fn by(request: &ServiceRequest) -> Self {
        // The path that actix routes by, with percent-encoding undone: `/%61pi` is the same door as `/api`.
        let path = request.match_info().as_str();
        let place = place_of(path);
        let pattern = request.resource_map().match_pattern(path);
        let template = pattern.as_deref().map(|pattern| {
            let below = pattern.strip_prefix(CURRENT);
            below
                .or_else(|| pattern.strip_prefix(UNVERSIONED))
                .unwrap_or(pattern)
        });
        let mut same_path = ROUTES
            .iter()
            .filter(|route| Some(route.template) == template && place != Place::App)
            .peekable();
        let label = same_path.peek().map_or_else(
            || match place {
                Place::Api => "unknown",
                Place::Probe => "probe",
                Place::Docs => "docs",
                Place::App => "web",
            },
            |route| route.label,
        );
        let asked = match *request.method() {
            Method::HEAD => &Method::GET,
            ref other => other,
        };
        Self {
            route: same_path.find(|route| route.method == *asked),
            label,
            is_api: place == Place::Api,
            place,
        }
    }

    /// What the first middleware has found.
    pub(crate) fn of(request: &ServiceRequest) -> Self {
        let found = request.extensions().get::<Self>().copied();
        found.unwrap_or_else(|| Self::by(request))
    }

    /// The name of where a request that all middleware has seen leads: what the document has, at every address of it.
    pub(crate) fn label_of(request: &HttpRequest) -> &'static str {
        let found = request.extensions().get::<Self>().copied();
        found.map_or("unknown", |found| found.label)
    }

    /// Who may call it; `None` where there is no route.
    pub(crate) fn access(&self) -> Option<Access> {
        self.route.map(|route| route.access)
    }
}

/// What part of the gateway a path is for.
pub(crate) fn place_of(path: &str) -> Place {
    let under = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if under(UNVERSIONED) {
        Place::Api
    } else if under("/health") {
        Place::Probe
    } else if under("/docs") || path == "/openapi.json" {
        Place::Docs
    } else {
        Place::App
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_by_whole_segments() {
        for (path, place) in [
            ("/api/v1/credentials", Place::Api),
            ("/api", Place::Api),
            ("/apiary", Place::App),
            ("/health/live", Place::Probe),
            ("/healthy", Place::App),
            ("/docs/", Place::Docs),
            ("/openapi.json", Place::Docs),
            ("/", Place::App),
        ] {
            assert_eq!(place_of(path), place, "{path}");
        }
    }
}
