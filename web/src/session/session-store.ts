import type { User } from "../api/types.ts";
import { type Proof, proofCookie } from "./proof.ts";

/** Who is signed in. The tokens are in cookies that no script can read. */
export interface Session {
  user: User;
  /** The moment, in milliseconds since 1970, from which on the session is renewed before it is used. */
  freshUntil: number;
}

/** Holds what this page knows of the session, in memory only. */
export class SessionStore {
  readonly proof: Proof;
  #current: Session | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(proof: Proof = proofCookie) {
    this.proof = proof;
  }

  readonly get = (): Session | null => this.#current;

  readonly set = (session: Session | null): void => {
    this.#current = session;
    for (const listener of this.#listeners) {
      listener();
    }
  };

  /** Forgets a session that is over, in this page and in those that are opened later. */
  readonly end = (): void => {
    this.proof.forget();
    this.set(null);
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };
}
