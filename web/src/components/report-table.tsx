import { useMutation } from "@tanstack/react-query";
import { fileNameOf, readReportContent } from "../api/reports.ts";
import type { Report } from "../api/administration-types.ts";
import { formatDate, formatMoment } from "../format/dates.ts";
import { label, reportKinds, reportStatuses } from "../format/labels.ts";
import { formatBytes, formatNumber } from "../format/numbers.ts";
import { useInstitutions } from "../pages/use-institutions.ts";
import { useApp } from "../session/app-context.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { saveFile } from "./save-file.ts";
import { TableRegion } from "./table-region.tsx";

interface ReportTableProps {
  reports: Report[];
}

function about(report: Report): string {
  const from = formatDate(report.periodStart);
  const until = formatDate(report.periodEnd);
  const kind = label(reportKinds, report.kind);
  return from === null || until === null ? kind : `${kind}, ${from} to ${until}`;
}

function size(report: Report): string {
  return `${formatNumber(report.rowCount)} rows, ${formatBytes(report.byteCount)}`;
}

export function ReportTable({ reports }: ReportTableProps) {
  const { client } = useApp();
  const institutions = useInstitutions();
  const download = useMutation({
    mutationFn: (report: Report) => readReportContent(client, report),
    onSuccess: (file, report) => {
      saveFile(file, fileNameOf(report));
    },
  });

  function institutionOf({ institutionId }: Report): string {
    if (institutionId == null) {
      return "All institutions";
    }
    return institutions.data?.find(({ id }) => id === institutionId)?.name ?? "Not known";
  }

  return (
    <section className="card" aria-labelledby="reports-heading">
      <h2 id="reports-heading">Reports</h2>
      {download.isError && <ErrorNotice error={download.error} title="The file was not read" />}
      {reports.length === 0 ? (
        <p className="hint">There is no report yet.</p>
      ) : (
        <TableRegion labelledBy="reports-heading">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Report</th>
                <th scope="col">Institution</th>
                <th scope="col">Asked for</th>
                <th scope="col">State</th>
                <th scope="col">File</th>
              </tr>
            </thead>
            <tbody>
              {reports.map((report) => (
                <tr key={report.id}>
                  <th scope="row">{about(report)}</th>
                  <td>{institutionOf(report)}</td>
                  <td>
                    <time dateTime={report.createdAt}>{formatMoment(report.createdAt)}</time>
                    {report.requestedBy == null && <p className="hint">Made every month</p>}
                  </td>
                  <td>
                    {label(reportStatuses, report.status)}
                    {report.error != null && <p className="hint">{report.error}</p>}
                  </td>
                  <td>
                    {report.status === "READY" && (
                      <>
                        <button
                          type="button"
                          className="button button--quiet"
                          disabled={download.isPending}
                          aria-label={`Download: ${about(report)}`}
                          onClick={() => {
                            download.mutate(report);
                          }}
                        >
                          Download
                        </button>
                        <p className="hint">{size(report)}</p>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableRegion>
      )}
    </section>
  );
}
