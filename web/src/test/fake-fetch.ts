export interface SeenRequest {
  method: string;
  path: string;
  /** Whether cookies go with it. */
  withCookies: boolean;
  proof: string | null;
  mode: string | null;
  idempotencyKey: string | null;
  ifMatch: string | null;
  contentType: string | null;
  body: unknown;
}

type Answer = (request: SeenRequest) => Response | Promise<Response>;

/** A fetch that answers from a function and remembers what it was asked. */
export function fakeFetch(answer: Answer): { fetcher: typeof fetch; seen: SeenRequest[] } {
  const seen: SeenRequest[] = [];
  const fetcher = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    const request: SeenRequest = {
      method: init.method ?? "GET",
      path: input instanceof Request ? input.url : input.toString(),
      withCookies: init.credentials === "same-origin",
      proof: headers.get("X-CSRF-Token"),
      mode: headers.get("X-Session-Mode"),
      idempotencyKey: headers.get("Idempotency-Key"),
      ifMatch: headers.get("If-Match"),
      contentType: headers.get("Content-Type"),
      body: typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : null,
    };
    seen.push(request);
    return await answer(request);
  };
  return { fetcher, seen };
}

export function success(data: unknown, extra: object = {}): Response {
  return Response.json({
    success: true,
    data,
    metadata: { timestamp: "2026-01-01T00:00:00Z", request_id: "r1" },
    ...extra,
  });
}

export function refusal(
  status: number,
  code: string,
  message: string,
  details: object[] = [],
  headers: HeadersInit = {},
): Response {
  return Response.json(
    {
      success: false,
      error: { code, message, details },
      metadata: { timestamp: "2026-01-01T00:00:00Z", request_id: "r1", path: "/x" },
    },
    { status, headers },
  );
}
