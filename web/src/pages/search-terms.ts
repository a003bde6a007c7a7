import type { SearchFilters } from "../api/types.ts";

/** What the search page asks, as its address says it: empty text means "any". */
export interface SearchTerms {
  q: string;
  institutionId: string;
  credentialType: string;
  level: string;
  deliveryMode: string;
}

const NAMES = ["q", "institutionId", "credentialType", "level", "deliveryMode"] as const;

export function termsFromAddress(parameters: URLSearchParams): SearchTerms {
  const terms: SearchTerms = { q: "", institutionId: "", credentialType: "", level: "", deliveryMode: "" };
  for (const name of NAMES) {
    terms[name] = parameters.get(name)?.trim() ?? "";
  }
  return terms;
}

export function addressOfTerms(terms: SearchTerms): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of NAMES) {
    if (terms[name] !== "") {
      parameters.set(name, terms[name]);
    }
  }
  return parameters;
}

export function filtersOfTerms(terms: SearchTerms): SearchFilters {
  const filters: SearchFilters = {};
  for (const name of NAMES) {
    if (name !== "q" && terms[name] !== "") {
      filters[name] = terms[name];
    }
  }
  return filters;
}
