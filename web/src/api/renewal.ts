import { oneAtATime } from "../session/one-at-a-time.ts";
import type { Session, SessionStore } from "../session/session-store.ts";
import { ApiError } from "./error.ts";
import { sendProved } from "./proved.ts";
import type { Transport } from "./transport.ts";
import type { SessionAnswer, User } from "./types.ts";

/** A session is renewed this long before its access token ends, so that no request meets the end on its way. */
const MARGIN_MS = 30_000;
/** How long a session is used whose access token is good, but not for how long. */
const BRIEF_MS = 60_000;

/** What an answer says of a session that has begun or been renewed; null when it says nothing. */
export function sessionOf(data: unknown, now: number = Date.now()): Session | null {
  const { user, expires_in: seconds } = data as Partial<SessionAnswer>;
  if (user == null || typeof seconds !== "number") {
    return null;
  }
  const life = seconds * 1_000;
  return { user, freshUntil: now + life - Math.min(MARGIN_MS, life / 4) };
}

/** Whether a refusal says that the session is over, and not that the service is busy or away. */
function isOver(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** Renews sessions through the refresh cookie, once at a time in all tabs of the browser. */
export class Renewal {
  readonly #sessions: SessionStore;
  readonly #transport: Transport;
  #running: Promise<Session | null> | null = null;

  constructor(sessions: SessionStore, transport: Transport) {
    this.#sessions = sessions;
    this.#transport = transport;
  }

  /** Renews an expired session once for all requests that meet the expiry together; null when it is over. */
  async renew(expired: Session): Promise<Session | null> {
    if (this.#sessions.get() !== expired) {
      return this.#sessions.get();
    }
    this.#running ??= this.#renewAlone(expired).finally(() => {
      this.#running = null;
    });
    return await this.#running;
  }

  /** Continues the session whose cookies this browser has, if any. */
  async restore(): Promise<void> {
    if (this.#sessions.proof.read() === null) {
      return;
    }
    await oneAtATime(async () => {
      const found = await this.#refresh().catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 429) {
          return this.#look(); // many pages were opened; the access token is likely good
        }
        throw error;
      });
      if (this.#sessions.get() !== null) {
        return; // another tab was quicker, or somebody has signed in
      }
      if (found === null) {
        this.#sessions.end();
      } else {
        this.#sessions.set(found);
      }
    });
  }

  async #renewAlone(expired: Session): Promise<Session | null> {
    return await oneAtATime(async () => {
      if (this.#sessions.get() !== expired) {
        return this.#sessions.get(); // another tab has renewed it meanwhile, or it has ended
      }
      const renewed = await this.#refresh();
      if (this.#sessions.get() !== expired) {
        return null; // signed out while the answer was on its way
      }
      if (renewed !== null) {
        this.#sessions.set(renewed);
      }
      return renewed;
    });
  }

  /** The renewed session; null when it is over. A page that is left meanwhile must not lose the new cookies. */
  async #refresh(): Promise<Session | null> {
    if (this.#sessions.proof.read() === null) {
      return null;
    }
    try {
      const { data } = await sendProved(this.#sessions.proof, { body: {} }, (sending) =>
        this.#transport.send("POST", "/auth/refresh", { ...sending, outlivesPage: true }),
      );
      return sessionOf(data);
    } catch (error) {
      if (isOver(error)) {
        return null;
      }
      throw error;
    }
  }

  async #look(): Promise<Session> {
    const { data } = await this.#transport.send("GET", "/users/me", { withCookies: true });
    return { user: data as User, freshUntil: Date.now() + BRIEF_MS };
  }
}
