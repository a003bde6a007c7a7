import type { User } from "../api/types.ts";

export interface Session {
  user: User;
  accessToken: string;
  refreshToken: string;
}

/** Holds the session in memory only: a reload of the page signs out, and no script can read it from storage. */
export class SessionStore {
  #current: Session | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): Session | null => this.#current;

  readonly set = (session: Session | null): void => {
    this.#current = session;
    for (const listener of this.#listeners) {
      listener();
    }
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };
}
