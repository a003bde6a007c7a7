import type { FieldProblem } from "./types.ts";

interface ApiErrorParts {
  status: number;
  code: string;
  message: string;
  details?: FieldProblem[];
  retryAfterSeconds?: number | null;
  requestId?: string | null;
}

/** A refusal or a failure of the API, in the words of its error envelope. */
export class ApiError extends Error {
  /** The HTTP status, or 0 when no answer arrived. */
  readonly status: number;
  readonly code: string;
  readonly details: FieldProblem[];
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;

  constructor(parts: ApiErrorParts) {
    super(parts.message);
    this.name = "ApiError";
    this.status = parts.status;
    this.code = parts.code;
    this.details = parts.details ?? [];
    this.retryAfterSeconds = parts.retryAfterSeconds ?? null;
    this.requestId = parts.requestId ?? null;
  }
}
