import type { ApiClient } from "./client.ts";
import type { NewRecognition } from "./types.ts";

export function recordRecognition(
  client: ApiClient,
  recognition: NewRecognition,
  idempotencyKey: string,
): Promise<{ id: string }> {
  return client.post<{ id: string }>("/recognitions", { body: recognition, idempotencyKey });
}
