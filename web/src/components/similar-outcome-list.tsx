import type { SimilarOutcome } from "../api/recommendation-types.ts";
import { formatScore } from "../format/numbers.ts";

interface SimilarOutcomeListProps {
  outcomes: SimilarOutcome[];
}

/** Outcomes that an offer and its destination share, most alike first. */
export function SimilarOutcomeList({ outcomes }: SimilarOutcomeListProps) {
  if (outcomes.length === 0) {
    return null;
  }
  return (
    <details>
      <summary>
        {outcomes.length === 1 ? "1 outcome in common" : `${outcomes.length} outcomes in common`}
      </summary>
      <ul className="outcomes">
        {outcomes.map((outcome) => (
          <li key={`${outcome.sourceOutcome} ${outcome.targetOutcome}`}>
            <p>{outcome.sourceOutcome}</p>
            <p className="hint">
              {formatScore(outcome.similarity)} alike: {outcome.targetOutcome}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
