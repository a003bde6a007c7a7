import type { Maybe } from "../api/types.ts";

// A calendar date must not move with the reader's time zone; a moment must.
const date = new Intl.DateTimeFormat("en-CA", { dateStyle: "medium", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat("en-CA", { dateStyle: "medium", timeStyle: "medium" });

export function formatDate(value: Maybe<string>): string | null {
  const parsed = new Date(value ?? "");
  return Number.isNaN(parsed.getTime()) ? null : date.format(parsed);
}

export function formatMoment(value: string): string {
  const parsed = new Date(value);
  return Number.isNaN(parsed.getTime()) ? value : moment.format(parsed);
}

/** Today where the person sits, as a date input wants it. */
export function today(now: Date = new Date()): string {
  const month = String(now.getMonth() + 1).padStart(2, "0");
  const day = String(now.getDate()).padStart(2, "0");
  return `${now.getFullYear()}-${month}-${day}`;
}

/** The first and the last day of the month before, in UTC, as a date input wants them. */
export function lastMonth(now: Date = new Date()): { first: string; last: string } {
  const day = (month: number, date: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), month, date)).toISOString().slice(0, 10);
  return { first: day(now.getUTCMonth() - 1, 1), last: day(now.getUTCMonth(), 0) };
}
