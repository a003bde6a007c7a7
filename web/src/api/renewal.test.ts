import { describe, expect, it } from "vitest";
import { type Session, SessionStore } from "../session/session-store.ts";
import { failure } from "../test/failure.ts";
import { fakeFetch, refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { type FakeProof, fakeProof } from "../test/fake-proof.ts";
import { ApiClient } from "./client.ts";
import { sessionOf } from "./renewal.ts";
import type { User } from "./types.ts";

const REFRESH = "/api/v1/auth/refresh";
const user: User = {
  id: "u1",
  email: "a@example.ca",
  firstName: "A",
  lastName: null,
  role: "INSTITUTION_ADMIN",
  institutionId: "i1",
};
const renewal = { token_type: "Cookie", expires_in: 900, user };
const fresh = (): Session => ({ user, freshUntil: Date.now() + 60_000 });
const stale: Session = { user, freshUntil: 0 };

interface Stage {
  sessions: SessionStore;
  client: ApiClient;
  seen: SeenRequest[];
  proof: FakeProof;
}

/** A browser with a session; a refresh changes its proof as the gateway's cookie would. */
function stage(session: Session | null, answer: (request: SeenRequest) => Response): Stage {
  const proof = fakeProof();
  const sessions = new SessionStore(proof);
  sessions.set(session);
  const { fetcher, seen } = fakeFetch((request) => {
    const response = answer(request);
    if (request.path === REFRESH && response.ok) {
      proof.value = "proof-2";
    }
    return response;
  });
  return { sessions, client: new ApiClient(sessions, fetcher), seen, proof };
}

const renewed = (request: SeenRequest) => (request.path === REFRESH ? success(renewal) : success("ok"));
const paths = (seen: SeenRequest[]) => seen.map((request) => request.path);

describe("a session of cookies", () => {
  it("sends cookies, and the proof with every request", async () => {
    const { client, seen } = stage(fresh(), () => success("ok"));

    await client.put("/users/me", { body: {} });

    expect(seen).toEqual([expect.objectContaining({ withCookies: true, proof: "proof-1" })]);
  });

  it("sends nothing of it with what a visitor asks", async () => {
    const { client, seen } = stage(fresh(), () => success("ok"));

    await client.post("/auth/password/forgot", { body: {}, anonymous: true });

    expect(seen).toEqual([expect.objectContaining({ withCookies: false, proof: null })]);
  });

  it("is sent once more when another tab has changed the proof meanwhile, and only then", async () => {
    const { client, seen, proof } = stage(fresh(), (request) => {
      const refused = request.proof !== "proof-9";
      proof.value = "proof-9";
      return refused ? refusal(403, "AUTHORIZATION_ERROR", "the proof") : success("ok");
    });
    await client.post("/recognitions", { body: {} });
    expect(seen.map((request) => request.proof)).toEqual(["proof-1", "proof-9"]);

    const forbidden = stage(fresh(), () => refusal(403, "AUTHORIZATION_ERROR", "not yours"));
    await failure(forbidden.client.post("/recognitions", { body: {} }));
    expect(forbidden.seen).toHaveLength(1);
  });

  it("is renewed a while before its access token ends", () => {
    expect(sessionOf(renewal, 1_000)).toEqual({ user, freshUntil: 871_000 });
    expect(sessionOf({ ...renewal, expires_in: 8 }, 0)).toEqual({ user, freshUntil: 6_000 });
    expect(sessionOf({ token_type: "Cookie" })).toBeNull();
  });
});

describe("a stale session", () => {
  it("is renewed once, before any of the requests that meet it", async () => {
    const { client, seen, sessions } = stage(stale, renewed);

    const answers = await Promise.all([client.get("/audit"), client.get("/credentials/c1")]);

    expect(answers).toEqual(["ok", "ok"]);
    expect(paths(seen)).toEqual([REFRESH, "/api/v1/audit", "/api/v1/credentials/c1"]);
    expect(seen[0]).toMatchObject({ withCookies: true, proof: "proof-1", body: {} });
    expect(sessions.get()?.freshUntil).toBeGreaterThan(Date.now() + 800_000);
  });

  it("that is over lets the request go on as a visitor's", async () => {
    const { client, seen, sessions, proof } = stage(stale, (request) =>
      request.path === REFRESH ? refusal(401, "TOKEN_INVALID", "over") : success("public"),
    );

    expect(await client.get("/credentials/c1")).toBe("public");
    expect(seen[1]).toMatchObject({ path: "/api/v1/credentials/c1", withCookies: false });
    expect(sessions.get()).toBeNull();
    expect(proof.value).toBeNull();
  });

  it("is kept when the service cannot be reached to renew it, and nothing is asked as a visitor", async () => {
    const { client, seen, sessions } = stage(stale, () =>
      refusal(503, "SERVICE_UNAVAILABLE", "Try again soon."),
    );

    const error = await failure(client.get("/credentials/c1"));

    expect(error.code).toBe("SERVICE_UNAVAILABLE");
    expect(paths(seen)).toEqual([REFRESH]);
    expect(sessions.get()).toBe(stale);
  });
});

describe("an access token that the service does not take", () => {
  it.each(["TOKEN_EXPIRED", "TOKEN_MISSING"])("is renewed once after %s", async (code) => {
    const { client, seen } = stage(fresh(), (request) => {
      if (request.path === REFRESH) {
        return success(renewal);
      }
      return request.proof === "proof-2" ? success("ok") : refusal(401, code, "no");
    });

    expect(await client.post("/recognitions", { body: {} })).toBe("ok");
    expect(seen.map(({ path, proof }) => [path, proof])).toEqual([
      ["/api/v1/recognitions", "proof-1"],
      [REFRESH, "proof-1"],
      ["/api/v1/recognitions", "proof-2"],
    ]);
  });

  it("is not renewed a second time for the same request", async () => {
    const { client, seen, sessions } = stage(fresh(), (request) =>
      request.path === REFRESH ? success(renewal) : refusal(401, "TOKEN_EXPIRED", "expired"),
    );

    expect((await failure(client.get("/audit"))).code).toBe("TOKEN_EXPIRED");
    expect(paths(seen)).toEqual(["/api/v1/audit", REFRESH, "/api/v1/audit"]);
    expect(sessions.get()).toBeNull();
  });

  it("because the session was ended elsewhere is not renewed", async () => {
    const { client, seen, sessions } = stage(fresh(), () => refusal(401, "TOKEN_INVALID", "over"));

    await failure(client.get("/audit"));

    expect(seen).toHaveLength(1);
    expect(sessions.get()).toBeNull();
  });
});

describe("a page that is loaded", () => {
  it("continues the session of the cookies", async () => {
    const { client, sessions } = stage(null, renewed);

    await client.restore();

    expect(sessions.get()?.user).toEqual(user);
  });

  it("asks nothing without cookies", async () => {
    const { client, seen, proof } = stage(null, renewed);
    proof.value = null;

    await client.restore();

    expect(seen).toEqual([]);
  });

  it("forgets a session that is over", async () => {
    const { client, sessions, proof } = stage(null, () => refusal(401, "TOKEN_INVALID", "over"));

    await client.restore();

    expect(sessions.get()).toBeNull();
    expect(proof.value).toBeNull();
  });

  it("looks who is there when too many pages were loaded", async () => {
    const { client, sessions } = stage(null, (request) =>
      request.path === REFRESH ? refusal(429, "RATE_LIMIT_EXCEEDED", "later") : success(user),
    );

    await client.restore();

    expect(sessions.get()?.user).toEqual(user);
  });

  it("keeps the cookies when the service is away", async () => {
    const { client, sessions, proof } = stage(null, () => refusal(503, "SERVICE_UNAVAILABLE", "soon"));

    expect((await failure(client.restore())).code).toBe("SERVICE_UNAVAILABLE");
    expect(sessions.get()).toBeNull();
    expect(proof.value).toBe("proof-1");
  });
});
