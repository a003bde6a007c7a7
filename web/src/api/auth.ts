import type { Session, SessionStore } from "../session/session-store.ts";
import type { ApiClient } from "./client.ts";
import { ApiError } from "./error.ts";

/** A session is of cookies that browsers keep for secure connections only; passwords are not sent over others. */
function requireSecureConnection(): void {
  if (!isSecureContext) {
    throw new ApiError({
      status: 0,
      code: "INSECURE_CONNECTION",
      message: "Signing in needs a secure connection. Open this page with an address that begins with https.",
    });
  }
}

export async function signIn(
  client: ApiClient,
  sessions: SessionStore,
  email: string,
  password: string,
): Promise<Session> {
  requireSecureConnection();
  const session = await client.begin("/auth/login", { email, password });
  if (session === null) {
    throw new ApiError({
      status: 200,
      code: "UNEXPECTED_ANSWER",
      message: "The service did not say who signed in.",
    });
  }
  if (sessions.proof.read() === null) {
    throw new ApiError({
      status: 200,
      code: "COOKIES_REFUSED",
      message:
        "This browser has not kept the cookies of the session. Allow cookies for this address, and try again.",
    });
  }
  sessions.set(session);
  return session;
}

/**
 * Continues the session whose cookies this browser has; null when there are none. Otherwise it is over with what stood in
 * the way, or with null.
 */
export function restoreSession(client: ApiClient, sessions: SessionStore): Promise<Error | null> | null {
  if (sessions.proof.read() === null) {
    return null;
  }
  return client.restore().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
}

/** Nobody waits longer to be signed out. */
const SIGN_OUT_MS = 3_000;

/**
 * Ends the session on the service, which takes its cookies back, and then forgets it here: whatever the service answers,
 * and soon even when it does not. Says whether the service has confirmed it.
 */
export async function signOut(client: ApiClient, sessions: SessionStore): Promise<boolean> {
  const session = sessions.get();
  const told = client.post("/auth/logout").then(
    () => true,
    (error: unknown) => error instanceof ApiError && error.status === 401, // it was over already
  );
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, SIGN_OUT_MS, false));
  const confirmed = await Promise.race([told, late]);
  if (session !== null && sessions.get()?.user.id === session.user.id) {
    sessions.end();
  }
  return confirmed;
}
