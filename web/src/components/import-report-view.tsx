import type { ReactNode } from "react";
import type { ImportReport } from "../api/administration-types.ts";
import { formatNumber } from "../format/numbers.ts";
import { FactList } from "./fact-list.tsx";
import { ImportProblemTable } from "./import-problem-table.tsx";

interface ImportReportViewProps {
  report: ImportReport;
  /** What can be done about a file without a problem. */
  children?: ReactNode;
}

function verdict(report: ImportReport): string {
  if (report.problemCount > 0) {
    return "Nothing of this file can be imported before every problem is put right.";
  }
  return report.created + report.updated === 0
    ? "Everything stands already as the file says; there is nothing to do."
    : "The file has no problem.";
}

export function ImportReportView({ report, children }: ImportReportViewProps) {
  const isUseful = report.problemCount === 0 && report.created + report.updated > 0;
  return (
    <>
      {report.dryRun && (
        <p className="notice" role="status">
          {verdict(report)}
        </p>
      )}
      <FactList
        facts={[
          { name: "Usable", value: formatNumber(report.microCredentials) },
          { name: report.dryRun ? "Would be added" : "Added", value: formatNumber(report.created) },
          { name: report.dryRun ? "Would be changed" : "Changed", value: formatNumber(report.updated) },
          { name: "Stand as they are", value: formatNumber(report.unchanged) },
          { name: "Problems", value: formatNumber(report.problemCount) },
        ]}
      />
      {report.problems.length > 0 && (
        <ImportProblemTable problems={report.problems} count={report.problemCount} />
      )}
      {isUseful && children !== undefined && <div className="stack">{children}</div>}
    </>
  );
}
