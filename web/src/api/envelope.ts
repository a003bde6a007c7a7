import { ApiError } from "./error.ts";
import type { FieldProblem, Pagination } from "./types.ts";

export interface Envelope {
  data: unknown;
  pagination: Pagination | null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) {
    return [];
  }
  return value.filter(isRecord).map((problem) => ({
    field: text(problem["field"]) ?? "",
    message: text(problem["message"]) ?? "is not valid",
  }));
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** What the error envelope of a refused answer says. */
export async function refusalOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const envelope = isRecord(body) ? body : {};
  const error = isRecord(envelope["error"]) ? envelope["error"] : {};
  const metadata = isRecord(envelope["metadata"]) ? envelope["metadata"] : {};
  return new ApiError({
    status: response.status,
    code: text(error["code"]) ?? "UNEXPECTED_ANSWER",
    message:
      text(error["message"]) ?? `The service answered with status ${response.status} and no explanation.`,
    details: fieldProblems(error["details"]),
    retryAfterSeconds: retryAfter(response),
    requestId: text(metadata["request_id"]) ?? response.headers.get("X-Request-Id"),
  });
}

/** Opens the envelope of an answer; throws what the error envelope says, or what is wrong with the envelope. */
export async function openEnvelope(response: Response): Promise<Envelope> {
  if (response.status === 204) {
    return { data: null, pagination: null };
  }
  if (!response.ok) {
    throw await refusalOf(response);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!isRecord(body) || body["success"] !== true) {
    throw new ApiError({
      status: response.status,
      code: "UNEXPECTED_ANSWER",
      message: "The service gave an answer that this page cannot read.",
    });
  }
  // The contract fixes the shape of `pagination`; nothing else is read from it.
  const pagination = isRecord(body["pagination"]) ? (body["pagination"] as unknown as Pagination) : null;
  return { data: body["data"], pagination };
}
