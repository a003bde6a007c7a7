//! `EmbeddingService`.

use protocol::caller::Caller;
use protocol::pb::ai as pb;
use protocol::pb::ai::embedding_service_server::EmbeddingService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use crate::state::AppState;
use crate::usecase::embed_texts::embed_texts;
use crate::usecase::within;

pub(super) struct EmbeddingApi(pub(super) AppState);

#[tonic::async_trait]
impl EmbeddingService for EmbeddingApi {
    /// Signed-in people.
    async fn embed_texts(
        &self,
        request: Request<pb::EmbedTextsRequest>,
    ) -> Result<Response<pb::EmbedTextsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let vectors = within(
            &caller,
            embed_texts(&self.0, &caller, request.into_inner().texts),
        )
        .await
        .map_err(into_status)?;
        Ok(Response::new(pb::EmbedTextsResponse {
            embeddings: vectors
                .iter()
                .map(|vector| pb::Embedding {
                    values: vector.to_vec(),
                })
                .collect(),
            dimension: u32::try_from(self.0.embedder.dimension()).unwrap_or(u32::MAX),
            model: self.0.embedder.model().to_owned(),
        }))
    }
}
