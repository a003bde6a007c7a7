import type { RecommendationAnswer, RecommendationRequest } from "../api/recommendation-types.ts";
import type { MicroCredential } from "../api/types.ts";
import { useSession } from "../session/app-context.ts";
import { maySuggestPathways } from "../session/permissions.ts";
import { PredictionFeedback } from "./prediction-feedback.tsx";
import { RecommendedPathway } from "./recommended-pathway.tsx";
import { RecordDrafts } from "./record-drafts.tsx";

interface RecommendedPathwaysProps {
  answer: RecommendationAnswer;
  credential: MicroCredential;
  request: RecommendationRequest;
}

function summary({ recommendations, metadata }: RecommendationAnswer): string {
  const shown =
    recommendations.length === 1 ? "1 recommendation" : `${recommendations.length} recommendations`;
  return `${shown} out of ${metadata.totalCandidates} destinations compared`;
}

export function RecommendedPathways({ answer, credential, request }: RecommendedPathwaysProps) {
  const session = useSession();
  const offering = credential.institution?.id;
  const mayRecord = session !== null && offering !== undefined && maySuggestPathways(session.user, offering);
  const isEmpty = answer.recommendations.length === 0;
  return (
    <>
      <section aria-labelledby="recommendations-heading">
        <h2 id="recommendations-heading" className="results__summary">
          {summary(answer)}
        </h2>
        {isEmpty ? (
          <p className="notice">
            Nothing on record reaches this confidence. Ask for less confidence, or for any other institution.
          </p>
        ) : (
          <ol className="results">
            {answer.recommendations.map((recommendation, place) => (
              <RecommendedPathway key={place} recommendation={recommendation} />
            ))}
          </ol>
        )}
      </section>
      {mayRecord && !isEmpty && <RecordDrafts request={request} />}
      <PredictionFeedback predictionId={answer.predictionId} />
      <p className="report__provenance">
        Model {answer.metadata.modelVersion} · prediction <code>{answer.predictionId}</code>
      </p>
    </>
  );
}
