//! ai-service: search, likeness, assessment, vectors.

mod assessment;
mod learning;
mod outcome;
mod recommendation;
mod validation;

use std::time::{Duration, Instant};

use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use domain::{ErrorCode, ErrorKind, Failure};
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::convert::WireEnum as _;
use protocol::convert::value::required;
use protocol::pb::ai as pb;
use protocol::pb::ai::assessment_service_client::AssessmentServiceClient;
use protocol::pb::ai::embedding_service_client::EmbeddingServiceClient;
use protocol::pb::ai::search_service_client::SearchServiceClient;
use tonic::{Request, Response, Status};

use super::answer;
use super::credential::ours_for_visitors;
use crate::dto::ai::assessment::{AssessmentReport, AssessmentRequest};
use crate::dto::ai::{
    EmbeddingsAnswer, EmbeddingsRequest, SearchAnswer, SearchFilters, SearchRequest, SearchResult,
    SimilarAnswer, SimilarOffer, SimilarRequest,
};
use crate::dto::institution::InstitutionSummary;
use crate::extract::Caller;
use crate::upstream::line::Line;

/// A client of ai-service.
#[derive(Clone, Debug)]
pub(crate) struct AiService {
    channel: Line,
    limit: Duration,
}

impl AiService {
    /// A client on a connection, that waits for an answer so long.
    pub(crate) const fn new(channel: Line, limit: Duration) -> Self {
        Self { channel, limit }
    }

    /// Finds offers for a question.
    pub(crate) async fn search(
        &self,
        caller: &Caller,
        input: SearchRequest,
    ) -> Result<SearchAnswer, Failure> {
        let question = pb::SearchCatalogueRequest {
            query: input.query,
            filters: Some(filters_to_wire(&input.filters)),
            limit: input.limit,
            min_similarity: input.min_similarity,
        };
        let mut client = SearchServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let answer = self
            .ask("search", caller, question, |request| {
                client.search_catalogue(request)
            })
            .await?;
        let results = answer.results.into_iter().map(result);
        Ok(SearchAnswer {
            results: understood(results.collect())?,
            total: answer.total,
            query_time_ms: answer.query_time_ms,
        })
    }

    /// Finds offers like one offer.
    pub(crate) async fn find_similar(
        &self,
        caller: &Caller,
        input: SimilarRequest,
    ) -> Result<SimilarAnswer, Failure> {
        let question = pb::FindSimilarRequest {
            micro_credential_id: input.micro_credential_id.to_string(),
            limit: input.limit,
            min_similarity: input.min_similarity,
        };
        let mut client = SearchServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let answer = self
            .ask("similar", caller, question, |request| {
                client.find_similar(request)
            })
            .await?;
        let similar = answer.similar.into_iter().map(similar_offer);
        Ok(SimilarAnswer {
            similar: understood(similar.collect())?,
        })
    }

    /// Assesses one offer for one institution.
    pub(crate) async fn assess(
        &self,
        caller: &Caller,
        input: AssessmentRequest,
    ) -> Result<AssessmentReport, Failure> {
        let question = assessment::question(input);
        let mut client = AssessmentServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let answer = self
            .ask("assess", caller, question, |request| {
                client.assess_credit(request)
            })
            .await?;
        understood(assessment::report(answer))
    }

    /// Turns texts into vectors.
    pub(crate) async fn embed(
        &self,
        caller: &Caller,
        input: EmbeddingsRequest,
    ) -> Result<EmbeddingsAnswer, Failure> {
        let question = pb::EmbedTextsRequest { texts: input.texts };
        let mut client = EmbeddingServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let answer = self
            .ask("embed", caller, question, |request| {
                client.embed_texts(request)
            })
            .await?;
        let vectors = answer.embeddings.into_iter();
        Ok(EmbeddingsAnswer {
            embeddings: vectors.map(|vector| vector.values).collect(),
            dimension: answer.dimension,
            model: answer.model,
        })
    }

    /// Asks one question, measures it, and names its failures as the contract does.
    async fn ask<Q, A, Asking>(
        &self,
        endpoint: &'static str,
        caller: &Caller,
        question: Q,
        call: impl FnOnce(Request<Q>) -> Asking,
    ) -> Result<A, Failure>
    where
        Asking: Future<Output = Result<Response<A>, Status>>,
    {
        let begun = Instant::now();
        let left = caller.left_of(self.limit);
        let request = caller.request(question, left)?;
        let outcome = answer(left, call(request))
            .await
            .map_err(|failure| named(ours_for_visitors(caller, failure)));
        let status = outcome
            .as_ref()
            .map_or_else(|failure| failure.code.as_str(), |_answer| "OK");
        metrics::histogram!("ai_request_duration_seconds", "endpoint" => endpoint, "status" => status)
            .record(begun.elapsed().as_secs_f64());
        outcome
    }
}

/// An answer that cannot be read is a failure of the AI service.
fn understood<T>(read: Result<T, Failure>) -> Result<T, Failure> {
    super::understood(read).map_err(named)
}

/// What went wrong inside ai-service is told apart from what went wrong here.
fn named(failure: Failure) -> Failure {
    match failure.kind() {
        ErrorKind::Internal | ErrorKind::BadUpstream => Failure::new(
            ErrorCode::AiServiceError,
            "the AI service failed; the request id helps us to find out why",
        )
        .caused_by(failure),
        ErrorKind::Timeout => Failure::new(
            ErrorCode::AiServiceTimeout,
            "the AI service did not answer in time",
        )
        .caused_by(failure),
        ErrorKind::Malformed
        | ErrorKind::Invalid
        | ErrorKind::Unauthenticated
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Gone
        | ErrorKind::Conflict
        | ErrorKind::Precondition
        | ErrorKind::TooLarge
        | ErrorKind::UnsupportedMediaType
        | ErrorKind::RateLimited
        | ErrorKind::Overloaded
        | ErrorKind::Unavailable => failure,
    }
}

fn filters_to_wire(filters: &SearchFilters) -> pb::SearchFilters {
    pb::SearchFilters {
        institution_id: filters.institution_id.map(|id| id.to_string()),
        credential_type: filters.credential_type.map(CredentialType::to_wire),
        level: filters.level.map(EducationLevel::to_wire),
        delivery_mode: filters.delivery_mode.map(DeliveryMode::to_wire),
    }
}

fn institution(wire: Option<pb::OfferInstitution>) -> Result<InstitutionSummary, Failure> {
    let institution = required(wire, "institution")?;
    Ok(InstitutionSummary {
        id: institution.id.parse()?,
        name: institution.name,
        code: institution.code,
    })
}

fn result(wire: pb::SearchResult) -> Result<SearchResult, Failure> {
    Ok(SearchResult {
        micro_credential_id: wire.micro_credential_id.parse()?,
        title: wire.title,
        institution: institution(wire.institution)?,
        similarity_score: wire.similarity_score,
        matched_fields: wire.matched_fields,
        snippet: wire.snippet,
    })
}

fn similar_offer(wire: pb::SimilarOffer) -> Result<SimilarOffer, Failure> {
    Ok(SimilarOffer {
        micro_credential_id: wire.micro_credential_id.parse()?,
        title: wire.title,
        institution: institution(wire.institution)?,
        similarity_score: wire.similarity_score,
        matched_areas: wire.matched_areas,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_ai_are_named_as_such() {
        let code = |failure: Failure| named(failure).code;

        assert_eq!(code(Failure::internal("x")), ErrorCode::AiServiceError);
        assert_eq!(code(Failure::timeout()), ErrorCode::AiServiceTimeout);
        assert_eq!(
            code(Failure::unavailable("away")),
            ErrorCode::ServiceUnavailable
        );
        assert_eq!(code(Failure::not_found("offer")), ErrorCode::NotFound);
    }
}
