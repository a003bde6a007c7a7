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
