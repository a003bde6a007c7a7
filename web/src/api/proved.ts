import type { Proof } from "../session/proof.ts";
import { ApiError } from "./error.ts";
import type { RequestOptions, Sending } from "./transport.ts";

/** What the gateway calls the header that repeats the proof. */
const HEADER = "X-CSRF-Token";

/**
 * Sends a request of the session that this browser has. A tab that renews the session between the look at the proof and the
 * departure of the request makes the gateway refuse it unread: then it is sent once more with the proof of now.
 */
export async function sendProved<T>(
  proof: Proof,
  options: RequestOptions,
  send: (sending: Sending) => Promise<T>,
): Promise<T> {
  const shown = proof.read();
  const withProof = (value: string | null): Sending => ({
    ...options,
    withCookies: true,
    headers: value === null ? {} : { [HEADER]: value },
  });
  try {
    return await send(withProof(shown));
  } catch (error) {
    const now = proof.read();
    if (error instanceof ApiError && error.status === 403 && now !== null && now !== shown) {
      return await send(withProof(now));
    }
    throw error;
  }
}
