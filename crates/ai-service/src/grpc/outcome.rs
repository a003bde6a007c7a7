//! `OutcomeService`.

use domain::Failure;
use domain::policy::Action;
use domain::validate::Violations;
use protocol::caller::Caller;
use protocol::convert::WireEnum;
use protocol::pb::ai as pb;
use protocol::pb::ai::outcome_service_server::OutcomeService;
use protocol::status::into_status;
use tonic::{Request, Response, Status};

use crate::failure::of_computing;
use crate::number::narrow;
use crate::outcome::classify::Classified;
use crate::outcome::extract::{Extracted, METHOD, extract};
use crate::state::AppState;
use crate::usecase::classify_outcomes::classify_outcomes;
use crate::usecase::keep::once;
use crate::usecase::{switched_on, within};

/// Longest text, in bytes.
const LONGEST: usize = 50_000;

pub(super) struct Outcomes(pub(super) AppState);

#[tonic::async_trait]
impl OutcomeService for Outcomes {
    /// Signed-in people.
    async fn classify_outcomes(
        &self,
        request: Request<pb::ClassifyOutcomesRequest>,
    ) -> Result<Response<pb::ClassifyOutcomesResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = request.into_inner();
        let work = async {
            switched_on(self.0.features.outcome_analysis)?;
            let (classified, prediction) =
                classify_outcomes(&self.0, &caller, asked.outcomes.clone()).await?;
            let answer = pb::ClassifyOutcomesResponse {
                classifications: classified.into_iter().map(told).collect(),
                model_version: prediction.model_version.clone(),
                prediction_id: prediction.id.to_string(),
            };
            Ok((answer, vec![prediction]))
        };
        within(&caller, once(&self.0, &caller, &asked, Box::pin(work)))
            .await
            .map(Response::new)
            .map_err(into_status)
    }

    /// Signed-in people.
    async fn extract_outcomes(
        &self,
        request: Request<pb::ExtractOutcomesRequest>,
    ) -> Result<Response<pb::ExtractOutcomesResponse>, Status> {
        let caller = Caller::of(&request)?;
        within(&caller, self.extracted(&caller, request.into_inner()))
            .await
            .map(Response::new)
            .map_err(into_status)
    }
}

impl Outcomes {
    async fn extracted(
        &self,
        caller: &Caller,
        asked: pb::ExtractOutcomesRequest,
    ) -> Result<pb::ExtractOutcomesResponse, Failure> {
        caller.authorize(Action::AnalyzeOutcomes, None)?;
        switched_on(self.0.features.outcome_analysis)?;
        let mut violations = Violations::new();
        violations.text("text", &asked.text, LONGEST);
        violations.require(
            asked.text.len() <= LONGEST,
            "text",
            format!("must have at most {LONGEST} bytes"),
        );
        violations.require(
            (0.0..=1.0).contains(&asked.min_confidence),
            "minConfidence",
            "must be between 0 and 1",
        );
        violations.finish()?;
        let read = move || {
            let found = extract(&asked.text, asked.min_confidence);
            pb::ExtractOutcomesResponse {
                outcomes: found.outcomes.into_iter().map(outcome).collect(),
                examined: narrow(found.examined),
                model_version: METHOD.to_owned(),
            }
        };
        self.0.computing.run(read).await.map_err(of_computing)
    }
}

fn outcome(found: Extracted<'_>) -> pb::ExtractedOutcome {
    pb::ExtractedOutcome {
        outcome_text: found.text.to_owned(),
        start: narrow(found.start),
        end: narrow(found.end),
        confidence: found.confidence,
        bloom_level: found.level.map(WireEnum::to_wire),
        signs: found.signs.into_iter().map(Into::into).collect(),
    }
}

fn told(classified: Classified) -> pb::ClassifiedOutcome {
    pb::ClassifiedOutcome {
        outcome_text: classified.outcome_text,
        bloom_level: classified.bloom_level.to_wire(),
        bloom_confidences: classified
            .bloom_confidences
            .into_iter()
            .map(|(level, confidence)| pb::BloomConfidence {
                level: level.to_wire(),
                confidence,
            })
            .collect(),
        category: classified.category.to_wire(),
        category_confidences: classified
            .category_confidences
            .into_iter()
            .map(|(category, confidence)| pb::CategoryConfidence {
                category: category.to_wire(),
                confidence,
            })
            .collect(),
        keywords: classified.keywords,
        reasoning: classified.reasoning,
    }
}
