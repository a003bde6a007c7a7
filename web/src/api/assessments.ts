import type { ApiClient } from "./client.ts";
import type { AssessmentReport, AssessmentRequest } from "./types.ts";

export function assessCredit(
  client: ApiClient,
  request: AssessmentRequest,
  signal: AbortSignal,
): Promise<AssessmentReport> {
  return client.post<AssessmentReport>("/ai/credits/assess", { body: request, signal });
}
