import type { ApiClient } from "./client.ts";
import type { SearchAnswer, SearchFilters } from "./types.ts";

export interface SearchQuestion {
  query: string;
  filters: SearchFilters;
  limit: number;
}

export function searchCredentials(
  client: ApiClient,
  question: SearchQuestion,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  return client.post<SearchAnswer>("/ai/search/semantic", { body: question, signal });
}
