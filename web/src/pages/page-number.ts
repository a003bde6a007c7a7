/** The page of a list that an address asks for, from 1. */
export function pageNumber(parameters: URLSearchParams): number {
  return Math.max(1, Number.parseInt(parameters.get("page") ?? "1", 10) || 1);
}
