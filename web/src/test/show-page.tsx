import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { MemoryRouter, Route, Routes } from "react-router";
import type { ReactElement } from "react";
import { ApiClient } from "../api/client.ts";
import { createQueryClient } from "../api/query-client.ts";
import type { User } from "../api/types.ts";
import { AppContext } from "../session/app-context.ts";
import { SessionStore } from "../session/session-store.ts";
import { fakeFetch, type SeenRequest } from "./fake-fetch.ts";
import { fakeProof } from "./fake-proof.ts";

export const administrator: User = {
  id: "u1",
  email: "admin@nc.ca",
  firstName: "Ada",
  lastName: "N",
  role: "INSTITUTION_ADMIN",
  institutionId: "i1",
};

interface Stage {
  /** The pattern of the page's address. */
  path: string;
  address: string;
  /** Who is signed in. */
  user: User | null;
  answer: (request: SeenRequest) => Response | Promise<Response>;
}

/** Shows a page as the app would, and remembers what it asks the service. */
export function showPage(page: ReactElement, { path, address, user, answer }: Stage): SeenRequest[] {
  const { fetcher, seen } = fakeFetch(answer);
  const sessions = new SessionStore(fakeProof());
  if (user !== null) {
    sessions.set({ user, freshUntil: Date.now() + 3_600_000 });
  }
  render(
    <AppContext value={{ sessions, client: new ApiClient(sessions, fetcher) }}>
      <QueryClientProvider client={createQueryClient()}>
        <MemoryRouter initialEntries={[address]}>
          <Routes>
            <Route path={path} element={page} />
          </Routes>
        </MemoryRouter>
      </QueryClientProvider>
    </AppContext>,
  );
  return seen;
}
