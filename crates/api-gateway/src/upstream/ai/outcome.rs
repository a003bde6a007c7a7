//! Learning outcomes.

use domain::Failure;
use domain::vocabulary::{BloomLevel, OutcomeCategory};
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::convert::WireEnum as _;
use protocol::pb::ai as pb;
use protocol::pb::ai::outcome_service_client::OutcomeServiceClient;

use super::assessment::uuid;
use super::{AiService, understood};
use crate::dto::ai::outcome::{
    BloomConfidence, CategoryConfidence, ClassificationAnswer, ClassificationRequest,
    ClassifiedOutcome, ExtractedOutcome, ExtractionAnswer, ExtractionRequest,
};
use crate::extract::Caller;
use crate::upstream::line::Line;

impl AiService {
    fn outcomes(&self) -> OutcomeServiceClient<Line> {
        OutcomeServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Classifies outcomes.
    pub(crate) async fn classify(
        &self,
        caller: &Caller,
        input: ClassificationRequest,
    ) -> Result<ClassificationAnswer, Failure> {
        let question = pb::ClassifyOutcomesRequest {
            outcomes: input.outcomes,
        };
        let mut client = self.outcomes();
        let answer = self
            .ask("classify", caller, question, |request| {
                client.classify_outcomes(request)
            })
            .await?;
        understood(classifications(answer))
    }

    /// Finds outcomes in a text.
    pub(crate) async fn extract(
        &self,
        caller: &Caller,
        input: ExtractionRequest,
    ) -> Result<ExtractionAnswer, Failure> {
        let question = pb::ExtractOutcomesRequest {
            text: input.text,
            min_confidence: input.min_confidence,
        };
        let mut client = self.outcomes();
        let answer = self
            .ask("extract", caller, question, |request| {
                client.extract_outcomes(request)
            })
            .await?;
        let outcomes = answer.outcomes.into_iter().map(extracted);
        Ok(ExtractionAnswer {
            outcomes: understood(outcomes.collect())?,
            examined: answer.examined,
            model_version: answer.model_version,
        })
    }
}

fn classifications(wire: pb::ClassifyOutcomesResponse) -> Result<ClassificationAnswer, Failure> {
    Ok(ClassificationAnswer {
        classifications: wire
            .classifications
            .into_iter()
            .map(classified)
            .collect::<Result<_, _>>()?,
        model_version: wire.model_version,
        prediction_id: uuid(&wire.prediction_id)?,
    })
}

fn classified(wire: pb::ClassifiedOutcome) -> Result<ClassifiedOutcome, Failure> {
    let levels = wire.bloom_confidences.into_iter().map(|it| {
        Ok(BloomConfidence {
            level: BloomLevel::from_wire(it.level, "level")?,
            confidence: it.confidence,
        })
    });
    let categories = wire.category_confidences.into_iter().map(|it| {
        Ok(CategoryConfidence {
            category: OutcomeCategory::from_wire(it.category, "category")?,
            confidence: it.confidence,
        })
    });
    Ok(ClassifiedOutcome {
        bloom_level: BloomLevel::from_wire(wire.bloom_level, "bloom_level")?,
        bloom_confidences: levels.collect::<Result<_, Failure>>()?,
        category: OutcomeCategory::from_wire(wire.category, "category")?,
        category_confidences: categories.collect::<Result<_, Failure>>()?,
        outcome_text: wire.outcome_text,
        keywords: wire.keywords,
        reasoning: wire.reasoning,
    })
}

fn extracted(wire: pb::ExtractedOutcome) -> Result<ExtractedOutcome, Failure> {
    Ok(ExtractedOutcome {
        bloom_level: BloomLevel::optional(wire.bloom_level, "bloom_level")?,
        outcome_text: wire.outcome_text,
        start: wire.start,
        end: wire.end,
        confidence: wire.confidence,
        signs: wire.signs,
    })
}
