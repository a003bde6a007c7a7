import type { SearchAnswer } from "../api/types.ts";

/** How many results are shown of how many, in a sentence. */
export function resultsSummary(answer: SearchAnswer): string {
  if (answer.results.length === 0) {
    return "No micro-credential is close to this";
  }
  const shown = answer.results.length;
  const total = Math.max(answer.total, shown);
  const offers = total === 1 ? "1 micro-credential" : `${total} micro-credentials`;
  return shown < total ? `The ${shown} closest of ${offers}` : `${offers}, closest first`;
}
