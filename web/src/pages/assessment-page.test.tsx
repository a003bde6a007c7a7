import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, Route, Routes } from "react-router";
import { expect, it } from "vitest";
import { ApiClient } from "../api/client.ts";
import { createQueryClient } from "../api/query-client.ts";
import { AppContext } from "../session/app-context.ts";
import { SessionStore } from "../session/session-store.ts";
import { fakeFetch, refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { fakeProof } from "../test/fake-proof.ts";
import { AssessmentPage } from "./assessment-page.tsx";

const REPORT = {
  assessment: { recommendation: "REVIEW", confidence: 0.61, creditValue: 3, creditType: "ELECTIVE" },
  analysis: {
    outcomeOverlap: null,
    contentSimilarity: 0.5,
    durationSimilarity: null,
    levelCompatible: null,
    historicalApprovalRate: null,
    basis: "OUTCOMES",
    targetProgram: null,
  },
  matrix: null,
  matches: null,
  gaps: [],
  conditions: ["Sit the laboratory exam"],
  reasoning: "The outcomes are near.",
  modelVersion: "m1",
  predictionId: "p1",
};

function answer(request: SeenRequest): Response {
  switch (request.path) {
    case "/api/v1/institutions?limit=100":
      return success([{ id: "i1", name: "North College", code: "NC", isActive: true }]);
    case "/api/v1/credentials/c1":
      return success({ id: "c1", title: "Cell Culture", recognitions: [] });
    case "/api/v1/auth/login":
      return success({
        token_type: "Cookie",
        expires_in: 900,
        user: {
          id: "u1",
          email: "admin@nc.ca",
          firstName: "Ada",
          lastName: "N",
          role: "INSTITUTION_ADMIN",
          institutionId: "i1",
        },
      });
    case "/api/v1/ai/credits/assess":
      return success(REPORT);
    case "/api/v1/recognitions":
      return request.idempotencyKey === null
        ? refusal(400, "VALIDATION_ERROR", "no key")
        : success({ id: "r1" });
    default:
      return refusal(404, "NOT_FOUND", request.path);
  }
}

it("asks to sign in, continues with the assessment, and records the decision with its values filled in", async () => {
  const { fetcher, seen } = fakeFetch(answer);
  const sessions = new SessionStore(fakeProof());
  const user = userEvent.setup();
  render(
    <AppContext value={{ sessions, client: new ApiClient(sessions, fetcher) }}>
      <QueryClientProvider client={createQueryClient()}>
        <MemoryRouter
          initialEntries={["/credentials/c1/assessment?institutionId=i1&recognitionType=PARTIAL_CREDIT"]}
        >
          <Routes>
            <Route path="/credentials/:id/assessment" element={<AssessmentPage />} />
          </Routes>
        </MemoryRouter>
      </QueryClientProvider>
    </AppContext>,
  );

  await user.type(await screen.findByLabelText("E-mail"), "admin@nc.ca");
  await user.type(screen.getByLabelText("Password"), "secret{Enter}");

  const recommendation = await screen.findByRole("region", { name: "Recommendation" });
  expect(recommendation).toHaveTextContent("Review by a person");
  expect(screen.getByText("The outcomes are near.")).toBeInTheDocument();
  expect(screen.getAllByText("Not known").length).toBeGreaterThan(0);

  const decision = within(screen.getByRole("region", { name: "Record the decision" }));
  await user.type(decision.getByLabelText("Notes"), "Agreed in the senate");
  await user.click(decision.getByRole("button", { name: "Record recognition" }));

  const link = await decision.findByRole("link", { name: "Show it in the audit log" });
  expect(link).toHaveAttribute("href", "/audit?entityType=RECOGNITION&entityId=r1");
  expect(seen.find((request) => request.path === "/api/v1/recognitions")?.body).toMatchObject({
    microCredentialId: "c1",
    recognizingInstitutionId: "i1",
    recognitionType: "PARTIAL_CREDIT",
    creditValue: 3,
    creditType: "ELECTIVE",
    transcriptMethod: "LISTED_ON_TRANSCRIPT",
    effectiveDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
    conditions: "Sit the laboratory exam",
    notes: "Agreed in the senate",
  });
  expect(seen.filter((request) => request.path === "/api/v1/ai/credits/assess")).toHaveLength(1);
});
