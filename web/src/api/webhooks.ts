import type { ApiClient } from "./client.ts";
import type { NewWebhook, Webhook, WebhookDelivery, WebhookWithSecret } from "./administration-types.ts";
import type { Page } from "./types.ts";

const addressOf = (id: string) => `/webhooks/${encodeURIComponent(id)}`;
const pageOf = (page: number) => ({ page: page > 1 ? page : null });

export function listWebhooks(client: ApiClient, page: number, signal: AbortSignal): Promise<Page<Webhook>> {
  return client.list<Webhook>("/webhooks", { query: pageOf(page), signal });
}

export function getWebhook(client: ApiClient, id: string, signal: AbortSignal): Promise<Webhook> {
  return client.get<Webhook>(addressOf(id), { signal });
}

/** Makes a webhook; its secret is told this once. */
export function createWebhook(
  client: ApiClient,
  webhook: NewWebhook,
  idempotencyKey: string,
): Promise<WebhookWithSecret> {
  return client.post<WebhookWithSecret>("/webhooks", { body: webhook, idempotencyKey });
}

/** Gives a webhook a new secret, which is told this once. */
export function rotateSecret(client: ApiClient, id: string): Promise<WebhookWithSecret> {
  return client.post<WebhookWithSecret>(`${addressOf(id)}/rotate-secret`);
}

export function removeWebhook(client: ApiClient, id: string): Promise<unknown> {
  return client.delete(addressOf(id));
}

export function listDeliveries(
  client: ApiClient,
  id: string,
  page: number,
  signal: AbortSignal,
): Promise<Page<WebhookDelivery>> {
  return client.list<WebhookDelivery>(`${addressOf(id)}/deliveries`, { query: pageOf(page), signal });
}

/** Sends a message again, under the identifier that it had. */
export function redeliver(client: ApiClient, id: string, deliveryId: string): Promise<unknown> {
  return client.post(`${addressOf(id)}/deliveries/${encodeURIComponent(deliveryId)}/redeliver`);
}
