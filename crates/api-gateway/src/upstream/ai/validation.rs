//! Several assessments at once, and the written rules for recognitions.

use domain::Failure;
use domain::vocabulary::RuleSeverity;
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::convert::WireEnum as _;
use protocol::convert::value::required;
use protocol::pb::ai as pb;
use protocol::pb::ai::assessment_service_client::AssessmentServiceClient;

use super::{AiService, assessment, understood};
use crate::dto::ai::validation::{
    AssessedItem, AssessmentBatchAnswer, AssessmentBatchRequest, BrokenRule, ItemDetail, ItemError,
    ProposedRecognition, UncheckedRule, ValidationAnswer,
};
use crate::extract::Caller;

impl AiService {
    /// Assesses several pairs.
    pub(crate) async fn assess_batch(
        &self,
        caller: &Caller,
        input: AssessmentBatchRequest,
    ) -> Result<AssessmentBatchAnswer, Failure> {
        let items = input.items.into_iter();
        let question = pb::AssessCreditBatchRequest {
            items: items.map(assessment::question).collect(),
        };
        let mut client = AssessmentServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let answer = self
            .ask("assess_batch", caller, question, |request| {
                client.assess_credit_batch(request)
            })
            .await?;
        let results = answer.items.into_iter().map(item);
        Ok(AssessmentBatchAnswer {
            results: understood(results.collect())?,
        })
    }

    /// Checks a proposed recognition.
    pub(crate) async fn validate_recognition(
        &self,
        caller: &Caller,
        input: ProposedRecognition,
    ) -> Result<ValidationAnswer, Failure> {
        let recognition_id = input.recognition_id.map(|id| id.to_string());
        let draft: domain::recognition::RecognitionDraft = input.into();
        let question = pb::ValidateRecognitionRequest {
            draft: Some(draft.into()),
            recognition_id,
        };
        let mut client = AssessmentServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let answer = self
            .ask("validate", caller, question, |request| {
                client.validate_recognition(request)
            })
            .await?;
        understood(told(answer))
    }
}

fn item(wire: pb::AssessedItem) -> Result<AssessedItem, Failure> {
    Ok(match required(wire.outcome, "outcome")? {
        pb::assessed_item::Outcome::Report(report) => AssessedItem {
            report: Some(assessment::report(report)?),
            error: None,
        },
        pb::assessed_item::Outcome::Error(error) => AssessedItem {
            report: None,
            error: Some(ItemError {
                code: error.code,
                message: error.message,
                details: error
                    .details
                    .into_iter()
                    .map(|detail| ItemDetail {
                        field: detail.field,
                        message: detail.message,
                    })
                    .collect(),
            }),
        },
    })
}

fn told(wire: pb::ValidateRecognitionResponse) -> Result<ValidationAnswer, Failure> {
    let broken = wire.broken.into_iter().map(|rule| {
        Ok(BrokenRule {
            severity: RuleSeverity::from_wire(rule.severity, "severity")?,
            id: rule.id,
            field: rule.field,
            explanation: rule.explanation,
        })
    });
    Ok(ValidationAnswer {
        valid: wire.valid,
        broken_rules: broken.collect::<Result<_, Failure>>()?,
        checked_rules: wire.checked,
        unchecked_rules: wire
            .unchecked
            .into_iter()
            .map(|rule| UncheckedRule {
                id: rule.id,
                reason: rule.reason,
            })
            .collect(),
        model_version: wire.model_version,
    })
}
