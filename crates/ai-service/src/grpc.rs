//! The gRPC face: decode, ask, encode.

mod assessment;
mod embedding;
mod index;
mod learning;
mod outcome;
mod pathway;
mod search;

use protocol::channel::{MAX_ANSWER_BYTES, MAX_REQUEST_BYTES};
use protocol::pb;
use protocol::pb::ai::assessment_service_server::AssessmentServiceServer;
use protocol::pb::ai::embedding_service_server::EmbeddingServiceServer;
use protocol::pb::ai::index_service_server::IndexServiceServer;
use protocol::pb::ai::learning_service_server::LearningServiceServer;
use protocol::pb::ai::outcome_service_server::OutcomeServiceServer;
use protocol::pb::ai::recommendation_service_server::RecommendationServiceServer;
use protocol::pb::ai::search_service_server::SearchServiceServer;
use protocol::server::Authenticator;
use service_runtime::errors::BoxError;
use tonic::service::interceptor::InterceptedService;
use tonic::service::{Routes, RoutesBuilder};

use self::assessment::Assessment;
use self::embedding::EmbeddingApi;
use self::index::IndexApi;
use self::learning::Learning;
use self::outcome::Outcomes;
use self::pathway::Recommending;
use self::search::Search;
use crate::index::document::Offer;
use crate::state::AppState;

/// Names that the health service answers for.
pub(crate) const SERVICES: [&str; 8] = [
    "",
    "bccb.ai.v1.SearchService",
    "bccb.ai.v1.AssessmentService",
    "bccb.ai.v1.RecommendationService",
    "bccb.ai.v1.OutcomeService",
    "bccb.ai.v1.LearningService",
    "bccb.ai.v1.EmbeddingService",
    "bccb.ai.v1.IndexService",
];

macro_rules! guarded {
    ($routes:ident, $authenticator:ident, $server:ident::new($service:expr)) => {
        $routes.add_service(InterceptedService::new(
            $server::new($service)
                .max_decoding_message_size(MAX_REQUEST_BYTES)
                .max_encoding_message_size(MAX_ANSWER_BYTES),
            $authenticator.clone(),
        ))
    };
}

/// All services behind the authenticator; with reflection where it may be discovered.
pub(crate) fn routes(
    state: &AppState,
    authenticator: &Authenticator,
    has_reflection: bool,
) -> Result<RoutesBuilder, BoxError> {
    let mut routes = Routes::builder();
    guarded!(
        routes,
        authenticator,
        SearchServiceServer::new(Search(state.clone()))
    );
    guarded!(
        routes,
        authenticator,
        AssessmentServiceServer::new(Assessment(state.clone()))
    );
    guarded!(
        routes,
        authenticator,
        RecommendationServiceServer::new(Recommending(state.clone()))
    );
    guarded!(
        routes,
        authenticator,
        OutcomeServiceServer::new(Outcomes(state.clone()))
    );
    guarded!(
        routes,
        authenticator,
        LearningServiceServer::new(Learning(state.clone()))
    );
    guarded!(
        routes,
        authenticator,
        EmbeddingServiceServer::new(EmbeddingApi(state.clone()))
    );
    guarded!(
        routes,
        authenticator,
        IndexServiceServer::new(IndexApi(state.clone()))
    );
    if has_reflection {
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        routes.add_service(reflection);
    }
    Ok(routes)
}

/// The institution of an offer on the wire.
fn institution(offer: &Offer) -> pb::ai::OfferInstitution {
    pb::ai::OfferInstitution {
        id: offer.institution.id.to_string(),
        name: offer.institution.name.clone(),
        code: offer.institution.code.clone(),
    }
}
