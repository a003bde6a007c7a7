import { ApiError } from "./error.ts";

/** What the service says about one field, if it refused what was sent. */
export function problemOf(error: Error | null, field: string): string | undefined {
  const details = error instanceof ApiError ? error.details : [];
  return details.find((problem) => problem.field === field)?.message;
}
