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

/** Nobody waits longer to be signed out. */
const SIGN_OUT_MS = 3_000;

/**
 * Ends the session on the service, with a token renewed for it when the one at hand is too old, and then forgets it here:
 * whatever the service answers, and soon even when it does not.
 */
export async function signOut(client: ApiClient, sessions: SessionStore): Promise<void> {
  const session = sessions.get();
  const ended = client.post("/auth/logout").catch(() => null);
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, SIGN_OUT_MS))]);
  if (session !== null && sessions.get()?.user.id === session.user.id) {
    sessions.set(null);
  }
}
