//! `SearchService`.

use domain::Failure;
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use protocol::caller::Caller;
use protocol::convert::WireEnum;
use protocol::pb::ai as pb;
use protocol::pb::ai::search_service_server::SearchService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use super::institution;
use crate::index::filter::Filter;
use crate::state::AppState;
use crate::usecase::find_similar::{FindSimilar, Similar, find_similar};
use crate::usecase::search_catalogue::{Answer, Hit, SearchCatalogue, search_catalogue};
use crate::usecase::{limit, similarity, within};

pub(super) struct Search(pub(super) AppState);

#[tonic::async_trait]
impl SearchService for Search {
    /// Anyone.
    async fn search_catalogue(
        &self,
        request: Request<pb::SearchCatalogueRequest>,
    ) -> Result<Response<pb::SearchCatalogueResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = question(request.into_inner()).map_err(into_status)?;
        let answer = within(&caller, search_catalogue(&self.0, &caller, asked))
            .await
            .map_err(into_status)?;
        Ok(Response::new(found(answer)))
    }

    /// Signed-in people.
    async fn find_similar(
        &self,
        request: Request<pb::FindSimilarRequest>,
    ) -> Result<Response<pb::FindSimilarResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = likeness(&request.into_inner()).map_err(into_status)?;
        let similar = within(&caller, find_similar(&self.0, &caller, asked))
            .await
            .map_err(into_status)?;
        Ok(Response::new(pb::FindSimilarResponse {
            similar: similar.into_iter().map(like).collect(),
        }))
    }
}

fn question(request: pb::SearchCatalogueRequest) -> Result<SearchCatalogue, Failure> {
    let filters = request.filters.unwrap_or_default();
    let filter = Filter {
        institution: filters.institution_id.map(|id| id.parse()).transpose()?,
        credential_type: CredentialType::optional(
            filters.credential_type,
            "filters.credentialType",
        )?,
        level: EducationLevel::optional(filters.level, "filters.level")?,
        delivery_mode: DeliveryMode::optional(filters.delivery_mode, "filters.deliveryMode")?,
    };
    SearchCatalogue::new(request.query, filter, request.limit, request.min_similarity)
}

fn likeness(request: &pb::FindSimilarRequest) -> Result<FindSimilar, Failure> {
    Ok(FindSimilar {
        id: request.micro_credential_id.parse()?,
        limit: limit(request.limit)?,
        min_similarity: similarity(request.min_similarity)?,
    })
}

fn found(answer: Answer) -> pb::SearchCatalogueResponse {
    pb::SearchCatalogueResponse {
        results: answer.results.into_iter().map(hit).collect(),
        total: answer.total,
        query_time_ms: (answer.milliseconds * 1_000.0).round() / 1_000.0,
    }
}

fn hit(hit: Hit) -> pb::SearchResult {
    pb::SearchResult {
        micro_credential_id: hit.offer.id.to_string(),
        title: hit.offer.title.clone(),
        institution: Some(institution(&hit.offer)),
        similarity_score: hit.similarity,
        matched_fields: hit.matched_fields.into_iter().map(Into::into).collect(),
        snippet: hit.snippet,
    }
}

fn like(similar: Similar) -> pb::SimilarOffer {
    pb::SimilarOffer {
        micro_credential_id: similar.offer.id.to_string(),
        title: similar.offer.title.clone(),
        institution: Some(institution(&similar.offer)),
        similarity_score: similar.similarity,
        matched_areas: similar.areas,
    }
}
