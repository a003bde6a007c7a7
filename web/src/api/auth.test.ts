import { describe, expect, it } from "vitest";
import { SessionStore } from "../session/session-store.ts";
import { failure } from "../test/failure.ts";
import { fakeFetch, refusal, success } from "../test/fake-fetch.ts";
import { fakeProof } from "../test/fake-proof.ts";
import { signIn, signOut } from "./auth.ts";
import { ApiClient } from "./client.ts";
import type { User } from "./types.ts";

const user: User = {
  id: "u1",
  email: "a@example.ca",
  firstName: "A",
  lastName: null,
  role: "USER",
  institutionId: null,
};
const begun = { token_type: "Cookie", expires_in: 900, user };

describe("signing in", () => {
  it("asks for cookies and keeps nothing but who it is", async () => {
    const sessions = new SessionStore(fakeProof());
    const { fetcher, seen } = fakeFetch(() => success(begun));

    await signIn(new ApiClient(sessions, fetcher), sessions, "a@example.ca", "secret");

    expect(seen).toEqual([
      expect.objectContaining({ path: "/api/v1/auth/login", mode: "cookie", withCookies: true }),
    ]);
    expect(sessions.get()?.user).toEqual(user);
  });

  it("says so when the browser has not kept the cookies", async () => {
    const sessions = new SessionStore(fakeProof(null));
    const { fetcher } = fakeFetch(() => success(begun));

    const error = await failure(signIn(new ApiClient(sessions, fetcher), sessions, "a@example.ca", "s"));

    expect(error.code).toBe("COOKIES_REFUSED");
    expect(sessions.get()).toBeNull();
  });

  it("sends no password over an insecure connection", async () => {
    Object.defineProperty(window, "isSecureContext", { value: false, configurable: true });
    const sessions = new SessionStore(fakeProof(null));
    const { fetcher, seen } = fakeFetch(() => success(begun));

    const error = await failure(signIn(new ApiClient(sessions, fetcher), sessions, "a@example.ca", "s"));

    expect(error.code).toBe("INSECURE_CONNECTION");
    expect(seen).toEqual([]);
  });
});

describe("signing out", () => {
  function signedIn(answer: () => Response | Promise<Response>) {
    const sessions = new SessionStore(fakeProof());
    sessions.set({ user, freshUntil: Date.now() + 60_000 });
    const { fetcher, seen } = fakeFetch(answer);
    return { sessions, seen, client: new ApiClient(sessions, fetcher) };
  }

  it("ends the session on the service and here", async () => {
    const { sessions, seen, client } = signedIn(() => success({ signedOut: true }));

    expect(await signOut(client, sessions)).toBe(true);

    expect(seen).toEqual([
      expect.objectContaining({ path: "/api/v1/auth/logout", withCookies: true, proof: "proof-1" }),
    ]);
    expect(sessions.get()).toBeNull();
    expect(sessions.proof.read()).toBeNull();
  });

  it("counts a session that was over already as ended", async () => {
    const { sessions, client } = signedIn(() => refusal(401, "TOKEN_INVALID", "over"));

    expect(await signOut(client, sessions)).toBe(true);
  });

  it("forgets the session even when the service cannot be told, and says so", async () => {
    const { sessions, client } = signedIn(() => Promise.reject(new TypeError("Failed to fetch")));

    expect(await signOut(client, sessions)).toBe(false);
    expect(sessions.get()).toBeNull();
    expect(sessions.proof.read()).toBeNull();
  });
});
