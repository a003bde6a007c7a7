import type { ApiClient } from "./client.ts";
import type { ImportReport } from "./administration-types.ts";

export interface ExportQuestion {
  format: string;
  status: string;
  institutionId: string;
}

/** A file of micro-credentials that `importCredentials` takes back. */
export function exportCredentials(client: ApiClient, question: ExportQuestion): Promise<Blob> {
  return client.download("/credentials/export", { ...question });
}

/** The most that the service takes. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** What the service calls a file, by the end of its name; null for one that it does not take. */
export function mediaTypeOf(fileName: string): string | null {
  const end = fileName.toLowerCase().split(".").at(-1);
  switch (end) {
    case "csv":
      return "text/csv";
    case "jsonl":
    case "ndjson":
      return "application/x-ndjson";
    default:
      return null;
  }
}

export interface ImportOrder {
  file: File;
  mediaType: string;
  mode: string;
  /** Institution of the rows that name none; empty for the person's own. */
  institutionId: string;
}

function send(client: ApiClient, order: ImportOrder, dryRun: boolean, idempotencyKey?: string) {
  return client.post<ImportReport>("/credentials/import", {
    query: { dryRun: dryRun ? true : null, mode: order.mode, institutionId: order.institutionId },
    upload: { content: order.file, mediaType: order.mediaType },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
}

/** Judges and counts everything, and writes nothing. */
export function checkImport(client: ApiClient, order: ImportOrder): Promise<ImportReport> {
  return send(client, order, true);
}

/** Imports all of a file, or nothing when it has a problem. */
export function importCredentials(
  client: ApiClient,
  order: ImportOrder,
  idempotencyKey: string,
): Promise<ImportReport> {
  return send(client, order, false, idempotencyKey);
}
