import type { Session, SessionStore } from "../session/session-store.ts";
import type { Envelope } from "./envelope.ts";
import { ApiError } from "./error.ts";
import { sendProved } from "./proved.ts";
import { Renewal, sessionOf } from "./renewal.ts";
import { type Query, type RequestOptions, type Sending, Transport } from "./transport.ts";
import type { Page } from "./types.ts";

interface ClientOptions extends RequestOptions {
  /** Send no cookie and leave the session alone, whatever the answer. */
  anonymous?: boolean;
}

/** What is said of the access token when renewing may help: browsers drop the cookie when it expires. */
const RENEWABLE = new Set(["TOKEN_EXPIRED", "TOKEN_MISSING"]);

/** Speaks the contract's envelopes for who is signed in, and keeps the session fresh. */
export class ApiClient {
  readonly #sessions: SessionStore;
  readonly #transport: Transport;
  readonly #renewal: Renewal;

  constructor(sessions: SessionStore, fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#sessions = sessions;
    this.#transport = new Transport(fetcher);
    this.#renewal = new Renewal(sessions, this.#transport);
  }

  async get<T>(path: string, options: ClientOptions = {}): Promise<T> {
    const { data } = await this.#send("GET", path, options);
    return data as T;
  }

  async list<T>(path: string, options: ClientOptions = {}): Promise<Page<T>> {
    const { data, pagination } = await this.#send("GET", path, options);
    return { items: Array.isArray(data) ? (data as T[]) : [], pagination };
  }

  async post<T>(path: string, options: ClientOptions = {}): Promise<T> {
    const { data } = await this.#send("POST", path, options);
    return data as T;
  }

  async put<T>(path: string, options: ClientOptions = {}): Promise<T> {
    const { data } = await this.#send("PUT", path, options);
    return data as T;
  }

  async delete(path: string, options: ClientOptions = {}): Promise<unknown> {
    const { data } = await this.#send("DELETE", path, options);
    return data;
  }

  async download(path: string, query: Query = {}): Promise<Blob> {
    return await this.#withSession(this.#sessions.get(), { query }, (sending) =>
      this.#transport.download(path, sending),
    );
  }

  /** Begins a session of cookies; null when the answer does not say whose. */
  async begin(path: string, body: object): Promise<Session | null> {
    const { data } = await this.#transport.send("POST", path, {
      body,
      withCookies: true,
      headers: { "X-Session-Mode": "cookie" },
    });
    return sessionOf(data);
  }

  /** Continues the session whose cookies this browser has, if any. */
  async restore(): Promise<void> {
    await this.#renewal.restore();
  }

  async #send(method: string, path: string, options: ClientOptions): Promise<Envelope> {
    const { anonymous, ...request } = options;
    const session = anonymous === true ? null : this.#sessions.get();
    return await this.#withSession(session, request, (sending) =>
      this.#transport.send(method, path, sending),
    );
  }

  /**
   * Sends with a session that is fresh. A stale one is renewed first: routes that anyone may ask would take its
   * requests for a visitor's. An answer of 401 to a session renewed just now ends it.
   */
  async #withSession<T>(
    session: Session | null,
    options: RequestOptions,
    send: (sending: Sending) => Promise<T>,
  ): Promise<T> {
    let current = session;
    if (current !== null && current.freshUntil <= Date.now()) {
      current = await this.#renewOrEnd(current);
    }
    if (current === null) {
      return await send({ ...options, withCookies: false });
    }
    try {
      return await sendProved(this.#sessions.proof, options, send);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) {
        throw error;
      }
      const renewed = RENEWABLE.has(error.code) ? await this.#renewOrEnd(current) : this.#end(current);
      if (renewed === null) {
        throw error;
      }
      return await this.#sendRenewed(renewed, options, send);
    }
  }

  async #sendRenewed<T>(
    session: Session,
    options: RequestOptions,
    send: (sending: Sending) => Promise<T>,
  ): Promise<T> {
    try {
      return await sendProved(this.#sessions.proof, options, send);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.#end(session);
      }
      throw error;
    }
  }

  async #renewOrEnd(session: Session): Promise<Session | null> {
    return (await this.#renewal.renew(session)) ?? this.#end(session);
  }

  #end(session: Session): null {
    if (this.#sessions.get() === session) {
      this.#sessions.end();
    }
    return null;
  }
}
