import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import { ApiClient } from "../api/client.ts";
import { createQueryClient } from "../api/query-client.ts";
import { AppContext } from "../session/app-context.ts";
import { SessionStore } from "../session/session-store.ts";
import { fakeFetch, refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { SearchPage } from "./search-page.tsx";

function show(address: string, search: () => Response): SeenRequest[] {
  const { fetcher, seen } = fakeFetch((request) =>
    request.path.startsWith("/api/v1/institutions")
      ? success([{ id: "i1", name: "North College", code: "NC" }])
      : search(),
  );
  const sessions = new SessionStore();
  render(
    <AppContext value={{ sessions, client: new ApiClient(sessions, fetcher) }}>
      <QueryClientProvider client={createQueryClient()}>
        <MemoryRouter initialEntries={[address]}>
          <SearchPage />
        </MemoryRouter>
      </QueryClientProvider>
    </AppContext>,
  );
  return seen;
}

function questions(seen: SeenRequest[]): unknown[] {
  return seen
    .filter((request) => request.path === "/api/v1/ai/search/semantic")
    .map((request) => request.body);
}

const RESULT = {
  microCredentialId: "c1",
  title: "Cell Culture",
  institution: { id: "i1", name: "North College", code: "NC" },
  similarityScore: 0.8049,
  matchedFields: ["outcomes"],
  snippet: "Maintain sterile cultures",
};

it("asks what its address says and shows the similarity as a number", async () => {
  const seen = show("/?q=living+cells&level=ADVANCED", () =>
    success({ results: [RESULT], total: 1, queryTimeMs: 4 }),
  );

  expect(await screen.findByRole("link", { name: "Cell Culture" })).toHaveAttribute(
    "href",
    "/credentials/c1",
  );
  expect(screen.getByText("0.80")).toBeInTheDocument();
  expect(screen.getByText("Matched in learning outcomes")).toBeInTheDocument();
  expect(screen.getByRole("searchbox")).toHaveValue("living cells");
  expect(screen.getByLabelText("Level")).toHaveValue("ADVANCED");
  expect(questions(seen)).toEqual([{ query: "living cells", filters: { level: "ADVANCED" }, limit: 20 }]);
});

it("asks nothing before there is a question, and then once", async () => {
  const user = userEvent.setup();
  const seen = show("/", () => success({ results: [], total: 0, queryTimeMs: 1 }));

  await screen.findByRole("option", { name: "North College" });
  await user.selectOptions(screen.getByLabelText("Institution"), "i1");
  expect(questions(seen)).toEqual([]);
  await user.type(screen.getByRole("searchbox"), "poetry{Enter}");

  expect(await screen.findByRole("heading", { name: "Nothing is close to “poetry”" })).toBeInTheDocument();
  expect(questions(seen)).toEqual([{ query: "poetry", filters: { institutionId: "i1" }, limit: 20 }]);
});

it("says what went wrong and asks again only when told to", async () => {
  const user = userEvent.setup();
  const answers = [
    refusal(503, "AI_SERVICE_ERROR", "The search index is not ready.", [
      { field: "query", message: "was understood" },
    ]),
    success({ results: [RESULT], total: 1, queryTimeMs: 4 }),
  ];
  const seen = show("/?q=cells", () => answers.shift() ?? success(null));

  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("The search index is not ready.");
  expect(alert).toHaveTextContent("Query: was understood");
  await user.click(screen.getByRole("button", { name: "Try again" }));

  expect(await screen.findByRole("link", { name: "Cell Culture" })).toBeInTheDocument();
  expect(questions(seen)).toHaveLength(2);
});
