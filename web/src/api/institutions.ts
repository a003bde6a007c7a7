import type { ApiClient } from "./client.ts";
import type { Institution } from "./types.ts";

const PAGE_SIZE = 100;
const MOST_PAGES = 10;

/** Every institution that takes part, by name. */
export async function listInstitutions(client: ApiClient, signal: AbortSignal): Promise<Institution[]> {
  const institutions: Institution[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = page === 1 ? { limit: PAGE_SIZE } : { limit: PAGE_SIZE, page };
    const answer = await client.list<Institution>("/institutions", { query, signal });
    institutions.push(...answer.items);
    if (answer.pagination?.has_next !== true) {
      break;
    }
  }
  return institutions
    .filter((institution) => institution.isActive !== false)
    .sort((left, right) => left.name.localeCompare(right.name, "en-CA"));
}
