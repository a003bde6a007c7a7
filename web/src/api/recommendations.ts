import type { ApiClient } from "./client.ts";
import type {
  RecommendationAnswer,
  RecommendationRequest,
  SuggestionAnswer,
} from "./recommendation-types.ts";

export function recommendPathways(
  client: ApiClient,
  request: RecommendationRequest,
  signal: AbortSignal,
): Promise<RecommendationAnswer> {
  return client.post<RecommendationAnswer>("/ai/pathways/recommend", { body: request, signal });
}

/** Records what is recommended as drafts of pathways. */
export function suggestPathways(
  client: ApiClient,
  request: RecommendationRequest,
  idempotencyKey: string,
): Promise<SuggestionAnswer> {
  return client.post<SuggestionAnswer>("/ai/pathways/suggest", { body: request, idempotencyKey });
}
