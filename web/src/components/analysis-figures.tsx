import type { AssessmentAnalysis } from "../api/types.ts";
import { humanise } from "../format/labels.ts";
import { FactList } from "./fact-list.tsx";
import { formatScore } from "../format/numbers.ts";

interface AnalysisFiguresProps {
  analysis: AssessmentAnalysis;
}

function yesNo(value: boolean | null | undefined): string {
  if (value === null || value === undefined) {
    return "Not known";
  }
  return value ? "Yes" : "No";
}

export function AnalysisFigures({ analysis }: AnalysisFiguresProps) {
  return (
    <section className="card" aria-labelledby="figures-heading">
      <h3 id="figures-heading">Figures behind the answer</h3>
      <FactList
        facts={[
          { name: "Outcome overlap", value: formatScore(analysis.outcomeOverlap) },
          { name: "Content similarity", value: formatScore(analysis.contentSimilarity) },
          { name: "Duration similarity", value: formatScore(analysis.durationSimilarity) },
          { name: "Level compatible", value: yesNo(analysis.levelCompatible) },
          { name: "Approved in the past", value: formatScore(analysis.historicalApprovalRate) },
          { name: "Compared by", value: analysis.basis == null ? "Not stated" : humanise(analysis.basis) },
          { name: "Closest program", value: analysis.targetProgram?.title ?? "Not known" },
        ]}
      />
      <p className="hint">Scores run from 0 (unrelated) to 1 (the same).</p>
    </section>
  );
}
