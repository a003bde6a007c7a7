import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { User } from "../api/types.ts";
import { refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { administrator, showPage } from "../test/show-page.tsx";
import { RecommendationPage } from "./recommendation-page.tsx";

const north = { id: "i1", name: "North College", code: "NC" };
const south = { id: "i2", name: "South College", code: "SC" };
const RECOMMENDATION = {
  pathwayId: null,
  targetProgram: { microCredentialId: "c2", title: "Diploma in Networking", institution: south },
  confidenceScore: 0.84,
  transferCredits: 2.5,
  reasoning: ["Of its 5 outcomes 4 are covered."],
  factors: { content: 0.95, collaborative: 1, institution: 0.4, history: null },
  similarOutcomes: [{ sourceOutcome: "Harden routers", targetOutcome: "Secure switches", similarity: 0.78 }],
  expectedDuration: 5,
};

function answer(request: SeenRequest, recommendations: object[]): Response {
  switch (request.path) {
    case "/api/v1/institutions?limit=100":
      return success([north, south]);
    case "/api/v1/credentials/c1":
      return success({ id: "c1", title: "Network Security", institution: north });
    case "/api/v1/ai/pathways/recommend":
      return success({
        recommendations,
        metadata: { totalCandidates: 7, filteredCount: recommendations.length, modelVersion: "m1" },
        predictionId: "p1",
      });
    case "/api/v1/ai/pathways/suggest":
      return success({ pathways: [{ id: "w1", name: "To the Diploma in Networking" }] });
    case "/api/v1/ai/feedback":
      return success({ id: "f1" });
    default:
      return refusal(404, "NOT_FOUND", request.path);
  }
}

function show(user: User | null, recommendations: object[] = [RECOMMENDATION]): SeenRequest[] {
  return showPage(<RecommendationPage />, {
    path: "/credentials/:id/pathways",
    address: "/credentials/c1/pathways?targetInstitutionId=i2&minConfidence=0.4",
    user,
    answer: (request) => answer(request, recommendations),
  });
}

const bodies = (seen: SeenRequest[], path: string) =>
  seen.filter((request) => request.path === `/api/v1/ai/${path}`).map((request) => request.body);
const QUESTION = { microCredentialId: "c1", targetInstitutionId: "i2", minConfidence: 0.4 };

it("asks what its address says, once, and shows what speaks for a destination", async () => {
  const seen = show(administrator);

  const link = await screen.findByRole("link", { name: "Diploma in Networking" });
  expect(link).toHaveAttribute("href", "/credentials/c2");
  expect(
    screen.getByRole("heading", { name: "1 recommendation out of 7 destinations compared" }),
  ).toBeVisible();
  expect(screen.getByText("0.84")).toBeInTheDocument();
  expect(screen.getByText("2.5 credits")).toBeInTheDocument();
  expect(screen.getByText("Not known")).toBeInTheDocument();
  expect(screen.getByText("Of its 5 outcomes 4 are covered.")).toBeInTheDocument();
  expect(await screen.findByLabelText("To which institution")).toHaveValue("i2");
  expect(screen.getByLabelText("Confidence")).toHaveValue("0.4");
  expect(bodies(seen, "pathways/recommend")).toEqual([QUESTION]);
});

it("records the drafts of one question under one key, and says which", async () => {
  const user = userEvent.setup();
  const seen = show(administrator);

  await user.click(await screen.findByRole("button", { name: "Record the drafts" }));

  expect(await screen.findByText("1 draft is recorded")).toBeInTheDocument();
  expect(screen.getByText("To the Diploma in Networking")).toBeInTheDocument();
  expect(bodies(seen, "pathways/suggest")).toEqual([QUESTION]);
  expect(seen.find((request) => request.path.endsWith("/suggest"))?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
});

it("offers no drafts to people of other institutions, and none without recommendations", async () => {
  show({ ...administrator, institutionId: "i2" }, []);

  expect(await screen.findByText(/Nothing on record reaches this confidence/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Record the drafts" })).toBeNull();
});

it("takes the person's word about the answer", async () => {
  const user = userEvent.setup();
  const seen = show({ ...administrator, role: "USER", institutionId: null });
  const form = within(await screen.findByRole("region", { name: "What did you make of it?" }));

  await user.click(form.getByRole("button", { name: "Send" }));
  await user.selectOptions(form.getByLabelText("The answer was"), "MODIFIED");
  await user.selectOptions(form.getByLabelText("Rating"), "4");
  await user.click(form.getByRole("button", { name: "Send" }));

  expect(await form.findByText("Thank you")).toBeInTheDocument();
  expect(bodies(seen, "feedback")).toEqual([{ predictionId: "p1", verdict: "MODIFIED", rating: 4 }]);
  expect(screen.queryByRole("button", { name: "Record the drafts" })).toBeNull();
});

it("asks nothing for a visitor but to sign in", async () => {
  const seen = show(null);

  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeInTheDocument();
  await screen.findByRole("link", { name: "Network Security" });
  expect(bodies(seen, "pathways/recommend")).toEqual([]);
});
