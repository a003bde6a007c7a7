import type { ApiClient } from "./client.ts";
import type { Pathway, PathwayStep } from "./pathway-types.ts";

const addressOf = (id: string) => `/pathways/${encodeURIComponent(id)}`;

export function getPathway(client: ApiClient, id: string, signal: AbortSignal): Promise<Pathway> {
  return client.get<Pathway>(addressOf(id), { signal });
}

/** Takes a step with the version that the person has seen; one that has changed since is left as it is. */
export function takeStep(
  client: ApiClient,
  pathway: Pathway,
  step: PathwayStep,
  body: object | undefined,
): Promise<Pathway> {
  return client.post<Pathway>(`${addressOf(pathway.id)}/${step}`, {
    ifMatch: pathway.version,
    ...(body === undefined ? {} : { body }),
  });
}
