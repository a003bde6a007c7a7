import type { Session, SessionStore } from "../session/session-store.ts";
import { type Envelope, openEnvelope } from "./envelope.ts";
import { ApiError } from "./error.ts";
import type { Page, TokenAnswer } from "./types.ts";

export type Query = Record<string, string | number | boolean | null | undefined>;

interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
  /** Send no token and leave the session alone, whatever the answer. */
  anonymous?: boolean;
}

const BASE = "/api/v1";

function address(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") {
      parameters.set(name, String(value));
    }
  }
  const search = parameters.toString();
  return search === "" ? BASE + path : `${BASE}${path}?${search}`;
}

/** Speaks the contract's envelopes and keeps the access token fresh. */
export class ApiClient {
  readonly #sessions: SessionStore;
  readonly #fetch: typeof fetch;
  #refreshing: Promise<Session | null> | null = null;

  constructor(sessions: SessionStore, fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#sessions = sessions;
    this.#fetch = fetcher;
  }

  async get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const { data } = await this.#send("GET", path, options);
    return data as T;
  }

  async list<T>(path: string, options: RequestOptions = {}): Promise<Page<T>> {
    const { data, pagination } = await this.#send("GET", path, options);
    return { items: Array.isArray(data) ? (data as T[]) : [], pagination };
  }

  async post<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const { data } = await this.#send("POST", path, options);
    return data as T;
  }

  async put<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const { data } = await this.#send("PUT", path, options);
    return data as T;
  }

  async delete(path: string, options: RequestOptions = {}): Promise<unknown> {
    const { data } = await this.#send("DELETE", path, options);
    return data;
  }

  async #send(method: string, path: string, options: RequestOptions): Promise<Envelope> {
    const session = options.anonymous === true ? null : this.#sessions.get();
    try {
      return await this.#attempt(method, path, options, session);
    } catch (error) {
      if (session === null || !(error instanceof ApiError) || error.status !== 401) {
        throw error;
      }
      const renewed = error.code === "TOKEN_EXPIRED" ? await this.#renew(session) : null;
      if (renewed === null) {
        this.#end(session);
        throw error;
      }
      return await this.#attemptRenewed(method, path, options, renewed);
    }
  }

  /** The second and last attempt: an answer of 401 with a token seconds old ends the session. */
  async #attemptRenewed(
    method: string,
    path: string,
    options: RequestOptions,
    session: Session,
  ): Promise<Envelope> {
    try {
      return await this.#attempt(method, path, options, session);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.#end(session);
      }
      throw error;
    }
  }

  async #attempt(
    method: string,
    path: string,
    options: RequestOptions,
    session: Session | null,
  ): Promise<Envelope> {
    const headers = new Headers({ Accept: "application/json" });
    if (session !== null) {
      headers.set("Authorization", `Bearer ${session.accessToken}`);
    }
    if (options.idempotencyKey !== undefined) {
      headers.set("Idempotency-Key", options.idempotencyKey);
    }
    const init: RequestInit = { method, headers, credentials: "omit" };
    if (options.body !== undefined) {
      headers.set("Content-Type", "application/json");
      init.body = JSON.stringify(options.body);
    }
    if (options.signal !== undefined) {
      init.signal = options.signal;
    }
    let response: Response;
    try {
      response = await this.#fetch(address(path, options.query), init);
    } catch (cause) {
      if (options.signal?.aborted === true) {
        throw cause;
      }
      throw new ApiError({
        status: 0,
        code: "NETWORK_ERROR",
        message: "The service could not be reached. Check the connection and try again.",
      });
    }
    return await openEnvelope(response);
  }

  /**
   * Renews an expired session once for all requests that met the expiry together: refresh tokens rotate,
   * and a second use of the same one looks like theft to the service.
   */
  async #renew(expired: Session): Promise<Session | null> {
    const current = this.#sessions.get();
    if (current !== expired) {
      return current;
    }
    this.#refreshing ??= this.#refresh(expired).finally(() => {
      this.#refreshing = null;
    });
    return await this.#refreshing;
  }

  async #refresh(expired: Session): Promise<Session | null> {
    try {
      const tokens = await this.post<TokenAnswer>("/auth/refresh", {
        body: { refresh_token: expired.refreshToken },
        anonymous: true,
      });
      if (this.#sessions.get() !== expired) {
        return null; // signed out while the answer was on its way
      }
      const renewed: Session = {
        user: tokens.user ?? expired.user,
        accessToken: tokens.access_token,
        refreshToken: tokens.refresh_token,
      };
      this.#sessions.set(renewed);
      return renewed;
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
        return null;
      }
      throw error; // the service is unreachable or busy: the session may still be good
    }
  }

  #end(session: Session): void {
    if (this.#sessions.get() === session) {
      this.#sessions.set(null);
    }
  }
}
