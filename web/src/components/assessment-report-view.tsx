import type { AssessmentReport } from "../api/types.ts";
import { label, recognitionTypes } from "../format/labels.ts";
import { AnalysisFigures } from "./analysis-figures.tsx";
import { OutcomeMatrixTable } from "./outcome-matrix-table.tsx";
import { RecommendationSummary } from "./recommendation-summary.tsx";
import { SentenceList } from "./sentence-list.tsx";

interface AssessmentReportViewProps {
  report: AssessmentReport;
  credentialTitle: string;
  institutionName: string;
  recognitionType: string;
}

function sentences(value: string[] | string | null | undefined): string[] {
  if (value === null || value === undefined || value === "") {
    return [];
  }
  return typeof value === "string" ? [value] : value;
}

export function AssessmentReportView({
  report,
  credentialTitle,
  institutionName,
  recognitionType,
}: AssessmentReportViewProps) {
  return (
    <article className="report" aria-labelledby="report-heading">
      <h2 id="report-heading">
        {label(recognitionTypes, recognitionType)} at {institutionName}
      </h2>
      <RecommendationSummary assessment={report.assessment} />
      <div className="report__reasons">
        <SentenceList title="Why" sentences={sentences(report.reasoning)} empty="No reasons were given." />
        <SentenceList title="Gaps" sentences={report.gaps ?? []} empty="No gaps were found." />
        <SentenceList
          title="Conditions"
          sentences={report.conditions ?? []}
          empty="No conditions are suggested."
        />
      </div>
      <OutcomeMatrixTable
        matrix={report.matrix ?? null}
        matches={report.matches ?? []}
        sourceTitle={credentialTitle}
        targetTitle={report.analysis?.targetProgram?.title ?? institutionName}
        basis={report.analysis?.basis ?? null}
      />
      {report.analysis != null && <AnalysisFigures analysis={report.analysis} />}
      <p className="report__provenance">
        Model {report.modelVersion ?? "not stated"} · prediction{" "}
        <code>{report.predictionId ?? "not stored"}</code>
      </p>
    </article>
  );
}
