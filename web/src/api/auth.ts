import type { Session, SessionStore } from "../session/session-store.ts";
import type { ApiClient } from "./client.ts";
import { ApiError } from "./error.ts";
import type { TokenAnswer } from "./types.ts";

export async function signIn(
  client: ApiClient,
  sessions: SessionStore,
  email: string,
  password: string,
): Promise<Session> {
  const tokens = await client.post<TokenAnswer>("/auth/login", {
    body: { email, password },
    anonymous: true,
  });
  if (tokens.user === undefined || tokens.user === null) {
    throw new ApiError({
      status: 200,
      code: "UNEXPECTED_ANSWER",
      message: "The service did not say who signed in.",
    });
  }
  const session = { user: tokens.user, accessToken: tokens.access_token, refreshToken: tokens.refresh_token };
  sessions.set(session);
  return session;
}

/** Forgets the session here whatever the service answers; the service ends it on its side when it can be reached. */
export async function signOut(client: ApiClient, sessions: SessionStore): Promise<void> {
  const ended = client.post("/auth/logout").catch(() => null);
  sessions.set(null);
  await ended;
}
