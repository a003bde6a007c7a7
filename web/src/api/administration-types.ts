/** The shapes of the REST contract that administrators read: the record, files, reports, webhooks. */

import type { Maybe } from "./types.ts";

export interface AuditEntry {
  id: string;
  entityType: string;
  entityId: string;
  action: string;
  userId: Maybe<string>;
  userEmail?: Maybe<string>;
  changes: Maybe<Record<string, { before?: unknown; after?: unknown }>>;
  createdAt: string;
}

/** What a verification of the record, or of a part of it, has found. */
export interface AuditVerification {
  valid: boolean;
  checked: number;
  checkedThrough: number;
  checkedThroughHash: string;
  newest: number;
  complete: boolean;
  anchorsChecked: number;
  anchorsOfUnknownKeys: number;
  newestAnchor: Maybe<string>;
  fault: Maybe<{ kind: string; sequence: Maybe<number>; entryId: Maybe<string>; message: string }>;
  publicKey: Maybe<string>;
}

export interface ImportProblem {
  /** Line of the file, from 1 with the header. */
  line: number;
  /** Column or field; empty when the row as a whole is bad. */
  field: string;
  message: string;
}

export interface ImportReport {
  dryRun: boolean;
  microCredentials: number;
  created: number;
  updated: number;
  unchanged: number;
  problemCount: number;
  /** The first 1,000 of them, by line. */
  problems: ImportProblem[];
}

export type ReportKind = "CATALOGUE" | "DECISIONS";

export type ReportStatus = "PENDING" | "READY" | "FAILED";

export interface NewReport {
  kind: string;
  institutionId?: string;
  periodStart?: string;
  periodEnd?: string;
}

export interface Report {
  id: string;
  /** The institution that it is on; null: all of them. */
  institutionId: Maybe<string>;
  kind: ReportKind;
  status: ReportStatus;
  periodStart: Maybe<string>;
  periodEnd: Maybe<string>;
  /** Who asked for it; null: it is made every month. */
  requestedBy: Maybe<string>;
  rowCount: Maybe<number>;
  byteCount: Maybe<number>;
  sha256: Maybe<string>;
  error: Maybe<string>;
  createdAt: string;
  finishedAt: Maybe<string>;
}

export interface NewWebhook {
  url: string;
  /** Everything when absent. */
  eventTypes?: string[];
  institutionId?: string;
}

export interface Webhook {
  id: string;
  /** Null: of the platform. */
  institutionId: Maybe<string>;
  url: string;
  eventTypes: string[];
  /** False once it was disabled after failing for long. */
  isActive: boolean;
  disabledReason: Maybe<string>;
  consecutiveFailures: number;
  createdAt: string;
}

/** A webhook with its secret, which is told once. */
export interface WebhookWithSecret extends Webhook {
  secret: string;
}

export interface WebhookDelivery {
  id: string;
  eventType: string;
  status: "PENDING" | "SUCCEEDED" | "FAILED";
  attempts: number;
  createdAt: string;
  lastAttemptAt: Maybe<string>;
  responseStatus: Maybe<number>;
  error: Maybe<string>;
}
