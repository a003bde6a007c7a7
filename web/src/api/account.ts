import type { ApiClient } from "./client.ts";
import type { NewAccount, OwnSession, ProfileChange, User } from "./types.ts";

/** Asks for an account; the answer is the same whether the address has one or not. */
export function register(client: ApiClient, account: NewAccount): Promise<unknown> {
  return client.post("/auth/register", { body: account, anonymous: true });
}

export function confirmEmail(client: ApiClient, token: string): Promise<unknown> {
  return client.post("/auth/email/confirm", { body: { token }, anonymous: true });
}

export function forgotPassword(client: ApiClient, email: string): Promise<unknown> {
  return client.post("/auth/password/forgot", { body: { email }, anonymous: true });
}

export function resetPassword(client: ApiClient, token: string, newPassword: string): Promise<unknown> {
  return client.post("/auth/password/reset", { body: { token, newPassword }, anonymous: true });
}

export function changePassword(
  client: ApiClient,
  currentPassword: string,
  newPassword: string,
): Promise<unknown> {
  return client.post("/auth/password/change", { body: { currentPassword, newPassword } });
}

export function updateProfile(client: ApiClient, change: ProfileChange): Promise<User> {
  return client.put<User>("/users/me", { body: change });
}

export async function listSessions(client: ApiClient, signal: AbortSignal): Promise<OwnSession[]> {
  const { items } = await client.list<OwnSession>("/auth/sessions", { signal });
  return items;
}

export function endSession(client: ApiClient, id: string): Promise<unknown> {
  return client.delete(`/auth/sessions/${encodeURIComponent(id)}`);
}

export function endOtherSessions(client: ApiClient): Promise<unknown> {
  return client.delete("/auth/sessions");
}
