import type { ApiClient } from "./client.ts";
import type { NewFeedback } from "./recommendation-types.ts";

/** Says what one made of an answer; a later word of the same person replaces the earlier. */
export function giveFeedback(client: ApiClient, feedback: NewFeedback): Promise<unknown> {
  return client.post("/ai/feedback", { body: feedback });
}
