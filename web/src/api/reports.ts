import type { ApiClient } from "./client.ts";
import type { NewReport, Report } from "./administration-types.ts";
import type { Page } from "./types.ts";

export function requestReport(client: ApiClient, report: NewReport, idempotencyKey: string): Promise<Report> {
  return client.post<Report>("/reports", { body: report, idempotencyKey });
}

export function listReports(client: ApiClient, page: number, signal: AbortSignal): Promise<Page<Report>> {
  return client.list<Report>("/reports", { query: { page: page > 1 ? page : null }, signal });
}

export function readReportContent(client: ApiClient, report: Report): Promise<Blob> {
  return client.download(`/reports/${encodeURIComponent(report.id)}/content`);
}

/** A name for the file of a report, as the service gives it. */
export function fileNameOf({ kind, periodStart, periodEnd }: Report): string {
  const period = periodStart == null || periodEnd == null ? "" : `-${periodStart}-${periodEnd}`;
  return `${kind.toLowerCase()}${period}.${kind === "CATALOGUE" ? "jsonl" : "csv"}`;
}
