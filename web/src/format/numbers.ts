import type { Maybe } from "../api/types.ts";

const NOT_STATED = "Not stated";
const plain = new Intl.NumberFormat("en-CA", { maximumFractionDigits: 2 });
// "negative" shows -0.004 as 0.00, not as -0.00.
const similarity = new Intl.NumberFormat("en-CA", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "negative",
});
const money = new Intl.NumberFormat("en-CA", { style: "currency", currency: "CAD" });

function known(value: Maybe<number>): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function formatNumber(value: Maybe<number>): string {
  return known(value) ? plain.format(value) : NOT_STATED;
}

/** A similarity, confidence or share between 0 and 1, with two decimals. */
export function formatScore(value: Maybe<number>): string {
  return known(value) ? similarity.format(value) : "Not known";
}

export function formatCredits(value: Maybe<number>): string {
  if (!known(value)) {
    return NOT_STATED;
  }
  return `${plain.format(value)} ${value === 1 ? "credit" : "credits"}`;
}

export function formatHours(value: Maybe<number>): string {
  if (!known(value)) {
    return NOT_STATED;
  }
  return `${plain.format(value)} ${value === 1 ? "hour" : "hours"}`;
}

export function formatMoney(value: Maybe<number>): string {
  return known(value) ? money.format(value) : NOT_STATED;
}

const UNITS = ["bytes", "kB", "MB", "GB"];

/** A size in the unit that reads best, in steps of a thousand. */
export function formatBytes(value: Maybe<number>): string {
  if (!known(value)) {
    return NOT_STATED;
  }
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${plain.format(value / 1_000 ** step)} ${UNITS[step] ?? ""}`;
}

/** Keeps a score inside 0..1 for drawing. */
export function clampScore(value: Maybe<number>): number {
  return known(value) ? Math.min(1, Math.max(0, value)) : 0;
}
