import { expect, it } from "vitest";
import { lastMonth } from "./dates.ts";

it.each([
  ["2026-11-24T04:00:00Z", "2026-10-01", "2026-10-31"],
  ["2026-01-31T23:59:59Z", "2025-12-01", "2025-12-31"],
  ["2028-03-01T00:00:00Z", "2028-02-01", "2028-02-29"],
])("the month before %s is %s to %s", (now, first, last) => {
  expect(lastMonth(new Date(now))).toEqual({ first, last });
});
