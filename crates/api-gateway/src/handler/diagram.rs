//! What the diagram routes share: the envelope, or the bare source for whoever asks for text.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};

use crate::dto::diagram::Diagram;
use crate::entity_tag;
use crate::response::Answer;

/// 200 with a diagram.
#[derive(Debug)]
pub(crate) struct Drawn(pub(crate) Diagram);

impl Responder for Drawn {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = if wants_text(request) {
            let tag = entity_tag::of(None, &[self.0.source.as_bytes()]);
            if entity_tag::is_known(request.headers(), &tag) {
                HttpResponse::NotModified()
                    .insert_header((header::ETAG, tag))
                    .finish()
            } else {
                HttpResponse::Ok()
                    .insert_header((header::ETAG, tag))
                    .content_type("text/plain; charset=utf-8")
                    .body(self.0.source)
            }
        } else {
            Answer(self.0).respond_to(request)
        };
        let by_type = header::HeaderValue::from_static("accept");
        answer.headers_mut().append(header::VARY, by_type);
        answer
    }
}

/// Whether the client asks for text and not for JSON.
fn wants_text(request: &HttpRequest) -> bool {
    request
        .headers()
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .map(str::trim)
        .find(|range| range.starts_with("text/") || range.contains("json") || *range == "*/*")
        .is_some_and(|range| matches!(range, "text/plain" | "text/vnd.mermaid" | "text/*"))
}
