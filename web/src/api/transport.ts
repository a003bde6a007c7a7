import { type Envelope, openEnvelope, refusalOf } from "./envelope.ts";
import { ApiError } from "./error.ts";

export type Query = Record<string, string | number | boolean | null | undefined>;

/** A file as it is sent, with the media type that the service knows it by. */
export interface Upload {
  content: Blob;
  mediaType: string;
}

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  upload?: Upload;
  signal?: AbortSignal;
  idempotencyKey?: string;
  /** The version that the change is meant for. */
  ifMatch?: number;
}

/** A request with what stands for the session, which only the client knows. */
export interface Sending extends RequestOptions {
  /** Whether cookies go with the request and are taken from the answer. */
  withCookies: boolean;
  headers?: Record<string, string>;
  /** Whether the request goes on when its page is left. */
  outlivesPage?: boolean;
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

/** Sends requests and opens the contract's envelopes; knows nothing of sessions. */
export class Transport {
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch) {
    this.#fetch = fetcher;
  }

  async send(method: string, path: string, sending: Sending): Promise<Envelope> {
    return await openEnvelope(await this.#ask(method, path, sending, "application/json"));
  }

  /** Reads a file as a whole: one that breaks off is refused. */
  async download(path: string, sending: Sending): Promise<Blob> {
    const response = await this.#ask("GET", path, sending, "*/*");
    if (!response.ok) {
      throw await refusalOf(response);
    }
    try {
      return await response.blob();
    } catch (cause) {
      throw this.#explain(cause, sending);
    }
  }

  async #ask(method: string, path: string, sending: Sending, accept: string): Promise<Response> {
    const headers = new Headers({ ...sending.headers, Accept: accept });
    const init: RequestInit = { method, headers, credentials: sending.withCookies ? "same-origin" : "omit" };
    if (sending.idempotencyKey !== undefined) {
      headers.set("Idempotency-Key", sending.idempotencyKey);
    }
    if (sending.ifMatch !== undefined) {
      headers.set("If-Match", `"${sending.ifMatch}"`);
    }
    if (sending.upload !== undefined) {
      headers.set("Content-Type", sending.upload.mediaType);
      init.body = sending.upload.content;
    } else if (sending.body !== undefined) {
      headers.set("Content-Type", "application/json");
      init.body = JSON.stringify(sending.body);
    }
    if (sending.signal !== undefined) {
      init.signal = sending.signal;
    }
    if (sending.outlivesPage === true) {
      init.keepalive = true;
    }
    try {
      return await this.#fetch(address(path, sending.query), init);
    } catch (cause) {
      throw this.#explain(cause, sending);
    }
  }

  /** Who gave up waiting is told so by the browser; everyone else hears of the connection. */
  #explain(cause: unknown, { signal }: Sending): Error {
    if (signal?.aborted === true && cause instanceof Error) {
      return cause;
    }
    return new ApiError({
      status: 0,
      code: "NETWORK_ERROR",
      message: "The service could not be reached. Check the connection and try again.",
    });
  }
}
