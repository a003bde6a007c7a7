import { useQuery } from "@tanstack/react-query";
import { listReports } from "../api/reports.ts";
import type { Report } from "../api/administration-types.ts";
import type { Page } from "../api/types.ts";
import { useApp } from "../session/app-context.ts";

const FIRST_PACE_MS = 2_000;
const SLOWEST_PACE_MS = 60_000;
const LONGEST_WATCH_MS = 60 * 60 * 1_000;

/**
 * When to look again at reports that are being made, which takes seconds as a rule: the older the newest of them, the
 * more rarely, and never when none is, or after an hour.
 */
export function paceOf(page: Page<Report> | undefined, now: number): number | false {
  const waiting = (page?.items ?? []).filter((report) => report.status === "PENDING");
  const age = Math.min(...waiting.map((report) => now - Date.parse(report.createdAt)));
  if (!Number.isFinite(age) || age > LONGEST_WATCH_MS) {
    return false;
  }
  return Math.min(SLOWEST_PACE_MS, Math.max(FIRST_PACE_MS, age / 5));
}

export function useReports(page: number) {
  const { client } = useApp();
  return useQuery({
    queryKey: ["reports", page],
    queryFn: ({ signal }) => listReports(client, page, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.status === "error" ? false : paceOf(state.data, Date.now())),
  });
}
