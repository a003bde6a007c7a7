import type { ApiClient } from "./client.ts";
import type { MicroCredential } from "./types.ts";

export function getCredential(client: ApiClient, id: string, signal: AbortSignal): Promise<MicroCredential> {
  return client.get<MicroCredential>(`/credentials/${encodeURIComponent(id)}`, { signal });
}
