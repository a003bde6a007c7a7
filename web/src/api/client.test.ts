import { describe, expect, it } from "vitest";
import { type Session, SessionStore } from "../session/session-store.ts";
import { fakeFetch, refusal, success } from "../test/fake-fetch.ts";
import { signOut } from "./auth.ts";
import { ApiClient } from "./client.ts";
import { ApiError } from "./error.ts";

const stale: Session = {
  user: {
    id: "u1",
    email: "a@example.ca",
    firstName: "A",
    lastName: null,
    role: "INSTITUTION_ADMIN",
    institutionId: "i1",
  },
  accessToken: "stale",
  refreshToken: "first",
};

function signedIn(): SessionStore {
  const sessions = new SessionStore();
  sessions.set(stale);
  return sessions;
}

const tokens = { access_token: "fresh", refresh_token: "second", token_type: "Bearer", expires_in: 900 };

async function failure(attempt: Promise<unknown>): Promise<ApiError> {
  const error = await attempt.catch((caught: unknown) => caught);
  if (!(error instanceof ApiError)) {
    throw new Error("an ApiError was expected", { cause: error });
  }
  return error;
}

describe("envelopes", () => {
  it("answers the data, and the pagination of a list", async () => {
    const pagination = { page: 1, limit: 1, total: 2, pages: 2, has_next: true, has_prev: false };
    const { fetcher, seen } = fakeFetch(() => success([{ id: "1" }], { pagination }));
    const client = new ApiClient(new SessionStore(), fetcher);

    const page = await client.list("/institutions", { query: { limit: 1, search: "" } });

    expect(page).toEqual({ items: [{ id: "1" }], pagination });
    expect(seen[0]).toMatchObject({ method: "GET", path: "/api/v1/institutions?limit=1", token: null });
  });

  it("carries code, message, details, wait and request id of a refusal", async () => {
    const details = [{ field: "creditValue", message: "must be at most 60" }];
    const { fetcher } = fakeFetch(() =>
      refusal(422, "VALUE_OUT_OF_RANGE", "The recognition is not valid.", details, { "Retry-After": "30" }),
    );

    const error = await failure(
      new ApiClient(new SessionStore(), fetcher).post("/recognitions", { body: {} }),
    );

    expect(error).toMatchObject({
      status: 422,
      code: "VALUE_OUT_OF_RANGE",
      message: "The recognition is not valid.",
      details,
      retryAfterSeconds: 30,
      requestId: "r1",
    });
  });

  it("explains an answer that is no envelope, such as a proxy's HTML page", async () => {
    const { fetcher } = fakeFetch(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));

    const error = await failure(new ApiClient(new SessionStore(), fetcher).get("/institutions"));

    expect(error).toMatchObject({ status: 502, code: "UNEXPECTED_ANSWER", details: [] });
    expect(error.message).toContain("502");
  });

  it("does not take a page served with status 200 for data", async () => {
    const { fetcher } = fakeFetch(() => new Response("<!doctype html>", { status: 200 }));

    const error = await failure(new ApiClient(new SessionStore(), fetcher).get("/institutions"));

    expect(error.code).toBe("UNEXPECTED_ANSWER");
  });

  it("tells a dead connection from a refusal", async () => {
    const { fetcher } = fakeFetch(() => Promise.reject(new TypeError("Failed to fetch")));

    const error = await failure(new ApiClient(new SessionStore(), fetcher).get("/institutions"));

    expect(error).toMatchObject({ status: 0, code: "NETWORK_ERROR" });
  });
});

describe("an expired access token", () => {
  it("is renewed once for all requests that meet it, and each is sent again", async () => {
    const sessions = signedIn();
    const { fetcher, seen } = fakeFetch((request) => {
      if (request.path === "/api/v1/auth/refresh") {
        return success(tokens);
      }
      return request.token === "Bearer fresh"
        ? success("ok")
        : refusal(401, "TOKEN_EXPIRED", "The token has expired.");
    });
    const client = new ApiClient(sessions, fetcher);

    const answers = await Promise.all([client.get("/audit"), client.get("/users/me")]);

    expect(answers).toEqual(["ok", "ok"]);
    const renewals = seen.filter((request) => request.path === "/api/v1/auth/refresh");
    expect(renewals).toEqual([expect.objectContaining({ token: null, body: { refresh_token: "first" } })]);
    expect(sessions.get()).toEqual({ user: stale.user, accessToken: "fresh", refreshToken: "second" });
  });

  it("is not renewed a second time for the same request", async () => {
    const sessions = signedIn();
    const { fetcher, seen } = fakeFetch((request) =>
      request.path === "/api/v1/auth/refresh"
        ? success(tokens)
        : refusal(401, "TOKEN_EXPIRED", "The token has expired."),
    );

    const error = await failure(new ApiClient(sessions, fetcher).get("/audit"));

    expect(error.code).toBe("TOKEN_EXPIRED");
    expect(seen.map((request) => request.path)).toEqual([
      "/api/v1/audit",
      "/api/v1/auth/refresh",
      "/api/v1/audit",
    ]);
    expect(sessions.get()).toBeNull();
  });

  it("ends the session when the refresh token is refused too", async () => {
    const sessions = signedIn();
    const { fetcher } = fakeFetch((request) =>
      request.path === "/api/v1/auth/refresh"
        ? refusal(401, "TOKEN_INVALID", "The session has ended.")
        : refusal(401, "TOKEN_EXPIRED", "The token has expired."),
    );

    const error = await failure(new ApiClient(sessions, fetcher).get("/audit"));

    expect(error.code).toBe("TOKEN_EXPIRED");
    expect(sessions.get()).toBeNull();
  });

  it("keeps the session when the service cannot be reached to renew it", async () => {
    const sessions = signedIn();
    const { fetcher } = fakeFetch((request) =>
      request.path === "/api/v1/auth/refresh"
        ? refusal(503, "SERVICE_UNAVAILABLE", "Try again soon.")
        : refusal(401, "TOKEN_EXPIRED", "The token has expired."),
    );

    const error = await failure(new ApiClient(sessions, fetcher).get("/audit"));

    expect(error.code).toBe("SERVICE_UNAVAILABLE");
    expect(sessions.get()).toBe(stale);
  });
});

describe("a refused token", () => {
  it("ends the session without an attempt to renew it", async () => {
    const sessions = signedIn();
    const { fetcher, seen } = fakeFetch(() => refusal(401, "TOKEN_INVALID", "The token is not valid."));

    await failure(new ApiClient(sessions, fetcher).get("/audit"));

    expect(seen).toHaveLength(1);
    expect(sessions.get()).toBeNull();
  });
});

describe("signing out", () => {
  it("ends the session on the service although the access token is too old", async () => {
    const sessions = signedIn();
    const { fetcher, seen } = fakeFetch((request) => {
      if (request.path.endsWith("/auth/refresh")) {
        return success(tokens);
      }
      return request.token === "Bearer fresh"
        ? success({ signedOut: true })
        : refusal(401, "TOKEN_EXPIRED", "The token has expired.");
    });

    await signOut(new ApiClient(sessions, fetcher), sessions);

    expect(seen.map(({ path, token }) => [path, token])).toEqual([
      ["/api/v1/auth/logout", "Bearer stale"],
      ["/api/v1/auth/refresh", null],
      ["/api/v1/auth/logout", "Bearer fresh"],
    ]);
    expect(sessions.get()).toBeNull();
  });

  it("forgets the tokens even when the service cannot be told", async () => {
    const sessions = signedIn();
    const { fetcher, seen } = fakeFetch(() => Promise.reject(new TypeError("Failed to fetch")));

    await signOut(new ApiClient(sessions, fetcher), sessions);

    expect(seen[0]).toMatchObject({ path: "/api/v1/auth/logout", token: "Bearer stale" });
    expect(sessions.get()).toBeNull();
  });
});
