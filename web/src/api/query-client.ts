import { QueryClient } from "@tanstack/react-query";

const FRESH_MS = 60_000;

/** Requests are counted against an hourly limit, so nothing is sent again unless a person asks. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false, staleTime: FRESH_MS },
      mutations: { retry: false },
    },
  });
}
