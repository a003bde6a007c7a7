import type { AssessmentReport } from "../api/types.ts";
import { creditTypes, label, recommendations } from "../format/labels.ts";
import { formatNumber } from "../format/numbers.ts";
import { ScoreBar } from "./score-bar.tsx";

interface RecommendationSummaryProps {
  assessment: AssessmentReport["assessment"];
}

const MARKS: Readonly<Record<string, string>> = { APPROVE: "✓", CONDITIONAL: "✓", REVIEW: "?", DENY: "✕" };

export function RecommendationSummary({ assessment }: RecommendationSummaryProps) {
  return (
    <section
      className="card recommendation"
      data-recommendation={assessment.recommendation}
      aria-label="Recommendation"
    >
      <span className="recommendation__mark" aria-hidden="true">
        {MARKS[assessment.recommendation] ?? "?"}
      </span>
      <div>
        <p className="eyebrow">Recommendation</p>
        <p className="recommendation__words">{label(recommendations, assessment.recommendation)}</p>
        <p className="hint">The model advises; a person at the institution decides.</p>
      </div>
      <dl className="recommendation__credit">
        <div>
          <dt>Suggested credits</dt>
          <dd>{formatNumber(assessment.creditValue)}</dd>
        </div>
        <div>
          <dt>Counts as</dt>
          <dd>{label(creditTypes, assessment.creditType)}</dd>
        </div>
      </dl>
      <ScoreBar name="Confidence" value={assessment.confidence} />
    </section>
  );
}
