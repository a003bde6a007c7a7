import { ApiError } from "./error.ts";

/** A random 128-bit key. `crypto.randomUUID` is missing on plain-HTTP origins, `getRandomValues` is not. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether nothing was written under the key: not so while another attempt with it may still be running. */
function isSettled(error: ApiError): boolean {
  return error.status >= 400 && error.status < 500 && error.status !== 409 && error.status !== 429;
}

/**
 * Gives one key to every attempt to send the same body until an attempt is answered, so that a lost answer
 * followed by "send again" cannot write twice.
 */
export class IdempotentAttempts {
  #open: { body: string; key: string } | null = null;

  async run<B, T>(body: B, send: (body: B, key: string) => Promise<T>): Promise<T> {
    const serialised = JSON.stringify(body);
    if (this.#open?.body !== serialised) {
      this.#open = { body: serialised, key: freshKey() };
    }
    try {
      const answer = await send(body, this.#open.key);
      this.#open = null;
      return answer;
    } catch (error) {
      if (error instanceof ApiError && isSettled(error)) {
        this.#open = null;
      }
      throw error;
    }
  }
}
