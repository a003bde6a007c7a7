import type { ApiClient } from "./client.ts";
import type { AuditEntry, AuditVerification } from "./administration-types.ts";
import type { Page } from "./types.ts";

export interface AuditQuestion {
  entityType: string;
  entityId: string;
  action: string;
  page: number;
}

export function listAuditEntries(
  client: ApiClient,
  question: AuditQuestion,
  signal: AbortSignal,
): Promise<Page<AuditEntry>> {
  return client.list<AuditEntry>("/audit", {
    query: {
      entityType: question.entityType,
      entityId: question.entityId,
      action: question.action,
      page: question.page > 1 ? question.page : null,
    },
    signal,
  });
}

/** Verifies one part of the record: the service says how far it came. */
export function verifyAudit(
  client: ApiClient,
  after: number,
  signal: AbortSignal,
): Promise<AuditVerification> {
  return client.get<AuditVerification>("/audit/verify", {
    query: { after: after > 0 ? after : null },
    signal,
  });
}
