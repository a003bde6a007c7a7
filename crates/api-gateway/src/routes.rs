//! The one table of routes: who may call them at all, and which function answers.
//!
//! Whatever is not marked `Open` or `Public` here is closed to visitors.

mod found;

use actix_web::http::Method;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Resource, guard, web};
use domain::Failure;
use utoipa::OpenApi;

pub(crate) use self::found::{Found, Place, place_of};
use crate::error::ApiError;
use crate::handler;

/// Path below which the current version stands.
pub(crate) const CURRENT: &str = "/api/v1";
/// Path that answers as the current version.
pub(crate) const UNVERSIONED: &str = "/api";

/// Who may call a route at all; roles and institutions are judged by the handlers and again by the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone; a token is not even looked at.
    Open,
    /// Anyone; a token that is shown must be good.
    Public,
    /// Anyone who has signed in.
    SignedIn,
    /// Anyone who holds a session: by an access token, or by the refresh cookie when that has expired.
    Session,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Route {
    /// Method.
    pub(crate) method: Method,
    /// Template below the version, such as `/credentials/{id}`; the whole path outside the API.
    pub(crate) template: &'static str,
    /// The same with the version in front: a label.
    pub(crate) label: &'static str,
    /// Who may call it.
    pub(crate) access: Access,
    /// Name of the budget for steps of signing in.
    pub(crate) auth_step: Option<&'static str>,
}

macro_rules! routes {
    (
        probes { $($p_path:literal => $($p_handler:ident)::+;)+ }
        api { $($method:ident $path:literal $access:ident $(as $step:literal)? => $($handler:ident)::+;)+ }
    ) => {
        /// The table.
        pub(crate) static ROUTES: &[Route] = &[
            $(Route {
                method: Method::GET,
                template: $p_path,
                label: $p_path,
                access: Access::Open,
                auth_step: None,
            },)+
            $(Route {
                method: Method::$method,
                template: $path,
                label: concat!("/api/v1", $path),
                access: Access::$access,
                auth_step: [$($step,)?].first().copied(),
            },)+
        ];

        fn register_api(config: &mut web::ServiceConfig) {
            let mut addresses = Addresses::default();
            $(addresses.add($path, route(Method::$method).to($($handler)::+));)+
            addresses.register(config);
        }

        fn register_probes(config: &mut web::ServiceConfig) {
            $(config.route($p_path, route(Method::GET).to($($p_handler)::+));)+
        }

        /// The operations as their handlers describe them.
        #[derive(OpenApi)]
        #[openapi(paths($($($p_handler)::+,)+ $($($handler)::+),+))]
        pub(crate) struct Documented;
    };
}

routes! {
    probes {
        "/health" => handler::health::report::report;
        "/health/live" => handler::health::live::live;
        "/health/ready" => handler::health::ready::ready;
    }
    api {
        POST "/auth/register" Open as "register" => handler::auth::register::register;
        POST "/auth/login" Open as "login" => handler::auth::login::login;
        POST "/auth/refresh" Open as "refresh" => handler::auth::refresh::refresh;
        POST "/auth/logout" Session => handler::auth::logout::logout;
        POST "/auth/password/forgot" Open as "password_forgot" => handler::auth::forgot_password::forgot_password;
        POST "/auth/password/reset" Open as "password_reset" => handler::auth::reset_password::reset_password;
        POST "/auth/password/change" SignedIn => handler::auth::change_password::change_password;
        POST "/auth/email/confirm" Open as "email_confirm" => handler::auth::confirm_email::confirm_email;
        GET "/auth/sessions" SignedIn => handler::auth::list_sessions::list_sessions;
        DELETE "/auth/sessions" SignedIn => handler::auth::end_sessions::end_sessions;
        DELETE "/auth/sessions/{id}" SignedIn => handler::auth::end_session::end_session;
        GET "/users" SignedIn => handler::user::list::list;
        GET "/users/me" SignedIn => handler::user::me::me;
        PUT "/users/me" SignedIn => handler::user::update_me::update_me;
        POST "/users/invite" SignedIn => handler::user::invite::invite;
        GET "/users/{id}" SignedIn => handler::user::get::get;
        PUT "/users/{id}/role" SignedIn => handler::user::set_role::set_role;
        PUT "/users/{id}/status" SignedIn => handler::user::set_status::set_status;
        DELETE "/users/{id}/sessions" SignedIn => handler::user::end_sessions::end_sessions;
        GET "/institutions" Public => handler::institution::list::list;
        POST "/institutions" SignedIn => handler::institution::create::create;
        GET "/institutions/{id}" Public => handler::institution::get::get;
        PUT "/institutions/{id}" SignedIn => handler::institution::update::update;
        DELETE "/institutions/{id}" SignedIn => handler::institution::delete::delete;
        GET "/credentials" Public => handler::credential::list::list;
        POST "/credentials" SignedIn => handler::credential::create::create;
        POST "/credentials/import" SignedIn => handler::credential::import::import;
        GET "/credentials/export" SignedIn => handler::credential::export::export;
        GET "/credentials/{id}" Public => handler::credential::get::get;
        PUT "/credentials/{id}" SignedIn => handler::credential::update::update;
        DELETE "/credentials/{id}" SignedIn => handler::credential::delete::delete;
        GET "/credentials/{id}/diagram" Public => handler::credential::diagram::draw;
        POST "/credentials/{id}/submit" SignedIn => handler::credential::submit::submit;
        POST "/credentials/{id}/publish" SignedIn => handler::credential::publish::publish;
        POST "/credentials/{id}/reject" SignedIn => handler::credential::reject::reject;
        POST "/credentials/{id}/archive" SignedIn => handler::credential::archive::archive;
        GET "/credentials/{id}/outcomes" Public => handler::credential::outcome::list::list;
        POST "/credentials/{id}/outcomes" SignedIn => handler::credential::outcome::create::create;
        POST "/credentials/{id}/outcomes/reorder" SignedIn => handler::credential::outcome::reorder::reorder;
        PUT "/credentials/{id}/outcomes/{outcomeId}" SignedIn => handler::credential::outcome::update::update;
        DELETE "/credentials/{id}/outcomes/{outcomeId}" SignedIn => handler::credential::outcome::delete::delete;
        GET "/credentials/{id}/prerequisites" Public => handler::credential::prerequisite::list::list;
        POST "/credentials/{id}/prerequisites" SignedIn => handler::credential::prerequisite::create::create;
        POST "/credentials/{id}/prerequisites/reorder" SignedIn => handler::credential::prerequisite::reorder::reorder;
        PUT "/credentials/{id}/prerequisites/{prerequisiteId}" SignedIn => handler::credential::prerequisite::update::update;
        DELETE "/credentials/{id}/prerequisites/{prerequisiteId}" SignedIn => handler::credential::prerequisite::delete::delete;
        GET "/recognitions" Public => handler::recognition::list::list;
        POST "/recognitions" SignedIn => handler::recognition::create::create;
        GET "/recognitions/{id}" Public => handler::recognition::get::get;
        PUT "/recognitions/{id}" SignedIn => handler::recognition::update::update;
        DELETE "/recognitions/{id}" SignedIn => handler::recognition::delete::delete;
        GET "/pathways" Public => handler::pathway::list::list;
        POST "/pathways" SignedIn => handler::pathway::create::create;
        GET "/pathways/{id}" Public => handler::pathway::get::get;
        GET "/pathways/{id}/diagram" Public => handler::pathway::diagram::draw;
        PUT "/pathways/{id}" SignedIn => handler::pathway::update::update;
        DELETE "/pathways/{id}" SignedIn => handler::pathway::delete::delete;
        POST "/pathways/{id}/submit" SignedIn => handler::pathway::submit::submit;
        POST "/pathways/{id}/approve" SignedIn => handler::pathway::approve::approve;
        POST "/pathways/{id}/reject" SignedIn => handler::pathway::reject::reject;
        POST "/pathways/{id}/activate" SignedIn => handler::pathway::activate::activate;
        POST "/pathways/{id}/suspend" SignedIn => handler::pathway::suspend::suspend;
        POST "/pathways/{id}/archive" SignedIn => handler::pathway::archive::archive;
        GET "/stats/overview" SignedIn => handler::stats::overview::overview;
        GET "/stats/institutions/{id}" SignedIn => handler::stats::institution::institution;
        GET "/audit" SignedIn => handler::audit::list::list;
        GET "/audit/verify" SignedIn => handler::audit::verify::verify;
        GET "/webhooks" SignedIn => handler::webhook::list::list;
        POST "/webhooks" SignedIn => handler::webhook::create::create;
        GET "/webhooks/{id}" SignedIn => handler::webhook::get::get;
        DELETE "/webhooks/{id}" SignedIn => handler::webhook::delete::delete;
        POST "/webhooks/{id}/rotate-secret" SignedIn => handler::webhook::rotate_secret::rotate_secret;
        GET "/webhooks/{id}/deliveries" SignedIn => handler::webhook::deliveries::deliveries;
        POST "/webhooks/{id}/deliveries/{deliveryId}/redeliver" SignedIn => handler::webhook::redeliver::redeliver;
        GET "/reports" SignedIn => handler::report::list::list;
        POST "/reports" SignedIn => handler::report::create::create;
        GET "/reports/{id}" SignedIn => handler::report::get::get;
        GET "/reports/{id}/content" SignedIn => handler::report::content::content;
        POST "/ai/search/semantic" Public => handler::ai::search::search;
        POST "/ai/pathways/similar" SignedIn => handler::ai::similar::similar;
        POST "/ai/pathways/recommend" SignedIn => handler::ai::recommend::recommend;
        POST "/ai/pathways/suggest" SignedIn => handler::ai::suggest::suggest;
        POST "/ai/credits/assess" SignedIn => handler::ai::assess::assess;
        POST "/ai/credits/assess/batch" SignedIn => handler::ai::assess_batch::assess_batch;
        POST "/ai/credits/validate" SignedIn => handler::ai::validate::validate;
        POST "/ai/outcomes/classify" SignedIn => handler::ai::classify::classify;
        POST "/ai/outcomes/extract" SignedIn => handler::ai::extract::extract;
        POST "/ai/feedback" SignedIn => handler::ai::feedback::feedback;
        GET "/ai/models" SignedIn => handler::ai::models::models;
        POST "/ai/embeddings" SignedIn => handler::ai::embed::embed;
    }
}

/// A GET route answers HEAD too.
fn route(method: Method) -> actix_web::Route {
    if method == Method::GET {
        web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
    } else {
        web::method(method)
    }
}

/// The routes of every address together, by the first segment of the address.
///
/// actix tries one address after the other until one matches, so every segment is a scope: what is under another one costs a
/// comparison of texts, and not one pattern for each of its addresses.
#[derive(Default)]
struct Addresses(Vec<Segment>);

/// The addresses that begin with one segment.
struct Segment {
    name: &'static str,
    /// What follows the segment, with its routes.
    below: Vec<(&'static str, Vec<actix_web::Route>)>,
}

impl Addresses {
    fn add(&mut self, path: &'static str, route: actix_web::Route) {
        let (name, rest) = first_segment(path);
        let known = self.0.iter_mut().find(|segment| segment.name == name);
        let Some(segment) = known else {
            let below = vec![(rest, vec![route])];
            self.0.push(Segment { name, below });
            return;
        };
        match segment.below.iter_mut().find(|(known, _)| *known == rest) {
            Some((_, routes)) => routes.push(route),
            None => segment.below.push((rest, vec![route])),
        }
    }

    /// Fixed addresses come first: `/users/me` is not the user `me`, and comparing texts costs less than matching patterns.
    fn register(self, config: &mut web::ServiceConfig) {
        for mut segment in self.0 {
            segment.below.sort_by_key(|(rest, _)| rest.contains('{'));
            let mut scope = web::scope(segment.name).default_service(web::to(unknown));
            for (rest, routes) in segment.below {
                let empty = web::resource(rest).default_service(web::to(unknown));
                scope = scope.service(routes.into_iter().fold(empty, Resource::route));
            }
            config.service(scope);
        }
    }
}

/// `/credentials/{id}` is `/{id}` under `/credentials`.
fn first_segment(path: &'static str) -> (&'static str, &'static str) {
    let end = path.match_indices('/').nth(1).map(|(place, _)| place);
    path.split_at_checked(end.unwrap_or(path.len()))
        .unwrap_or((path, ""))
}

/// Adds every route of the table; what is under `/api` and not in it is answered here too.
pub(crate) fn register(config: &mut web::ServiceConfig) {
    register_probes(config);
    for prefix in [CURRENT, UNVERSIONED] {
        config.service(
            web::scope(prefix)
                .configure(register_api)
                .default_service(web::to(unknown)),
        );
    }
}

/// Answers what no route answers: 405 when the address has other methods, else 404.
pub(crate) async fn unknown(request: HttpRequest) -> HttpResponse {
    HttpResponse::from_error(no_such_route(&request))
}

fn no_such_route(request: &HttpRequest) -> ApiError {
    let label = request.extensions().get::<Found>().map(|found| found.label);
    match methods_of(label) {
        Some(methods) => ApiError::method_not_allowed(methods),
        None => Failure::not_found("address").into(),
    }
}

/// The methods of an address, for `Allow`; `None` when it has none.
pub(crate) fn methods_of(label: Option<&'static str>) -> Option<String> {
    let mut methods: Vec<&str> = ROUTES
        .iter()
        .filter(|route| Some(route.label) == label)
        .flat_map(|route| match route.method {
            Method::GET => vec!["GET", "HEAD"],
            ref other => vec![other.as_str()],
        })
        .collect();
    methods.sort_unstable();
    (!methods.is_empty()).then(|| methods.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_doors_are_these() {
        let open: Vec<String> = ROUTES
            .iter()
            .filter(|route| matches!(route.access, Access::Open | Access::Public))
            .map(|route| format!("{} {}", route.method, route.label))
            .collect();

        assert_eq!(
            open,
            [
                "GET /health",
                "GET /health/live",
                "GET /health/ready",
                "POST /api/v1/auth/register",
                "POST /api/v1/auth/login",
                "POST /api/v1/auth/refresh",
                "POST /api/v1/auth/password/forgot",
                "POST /api/v1/auth/password/reset",
                "POST /api/v1/auth/email/confirm",
                "GET /api/v1/institutions",
                "GET /api/v1/institutions/{id}",
                "GET /api/v1/credentials",
                "GET /api/v1/credentials/{id}",
                "GET /api/v1/credentials/{id}/diagram",
                "GET /api/v1/credentials/{id}/outcomes",
                "GET /api/v1/credentials/{id}/prerequisites",
                "GET /api/v1/recognitions",
                "GET /api/v1/recognitions/{id}",
                "GET /api/v1/pathways",
                "GET /api/v1/pathways/{id}",
                "GET /api/v1/pathways/{id}/diagram",
                "POST /api/v1/ai/search/semantic",
            ]
        );
    }
}
