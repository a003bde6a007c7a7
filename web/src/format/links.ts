import type { Maybe } from "../api/types.ts";

/** The address when it is safe to link to; `javascript:` and friends are data, never links. */
export function safeExternalLink(value: Maybe<string>): string | null {
  try {
    const url = new URL(value ?? "");
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
