import { Link } from "react-router";
import type { PathwayRecommendation } from "../api/recommendation-types.ts";
import { formatCredits, formatHours, formatScore } from "../format/numbers.ts";
import { FactList } from "./fact-list.tsx";
import { ScoreBar } from "./score-bar.tsx";
import { SimilarOutcomeList } from "./similar-outcome-list.tsx";

interface RecommendedPathwayProps {
  recommendation: PathwayRecommendation;
}

/** The page of the destination: an offer, or a pathway that is open already. */
function addressOf({ targetProgram, pathwayId }: PathwayRecommendation): string | null {
  if (targetProgram.microCredentialId != null) {
    return `/credentials/${targetProgram.microCredentialId}`;
  }
  return pathwayId == null ? null : `/pathways/${pathwayId}`;
}

/** One destination with everything that speaks for and against it. */
export function RecommendedPathway({ recommendation }: RecommendedPathwayProps) {
  const { targetProgram, factors } = recommendation;
  const address = addressOf(recommendation);
  return (
    <li className="card result">
      <div className="result__body">
        <h3>{address === null ? targetProgram.title : <Link to={address}>{targetProgram.title}</Link>}</h3>
        <p className="result__institution">{targetProgram.institution.name}</p>
        {recommendation.pathwayId != null && (
          <p>
            <span className="tag tag--core">Open already</span>
          </p>
        )}
        <FactList
          facts={[
            { name: "Could transfer", value: formatCredits(recommendation.transferCredits) },
            { name: "Learning that remains", value: formatHours(recommendation.expectedDuration) },
            { name: "Content", value: formatScore(factors.content) },
            { name: "Collaborative", value: formatScore(factors.collaborative) },
            { name: "Institution", value: formatScore(factors.institution) },
            { name: "History", value: formatScore(factors.history) },
          ]}
        />
        <details>
          <summary>
            Why<span className="visually-hidden"> {targetProgram.title}</span>
          </summary>
          <ul>
            {recommendation.reasoning.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </details>
        <SimilarOutcomeList outcomes={recommendation.similarOutcomes} />
      </div>
      <ScoreBar name="Confidence" value={recommendation.confidenceScore} />
    </li>
  );
}
