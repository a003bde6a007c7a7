import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Pathway } from "../api/pathway-types.ts";
import { refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { administrator, showPage } from "../test/show-page.tsx";
import { PathwayPage } from "./pathway-page.tsx";

const PATHWAY: Pathway = {
  id: "w1",
  name: "Network Security to Diploma",
  description: null,
  sourceInstitution: { id: "i2", name: "South College", code: "SC" },
  targetInstitution: { id: "i1", name: "North College", code: "NC" },
  microCredentialId: "c1",
  microCredentialTitle: "Network Security",
  pathwayType: "EXTERNAL",
  transferCredits: 3,
  equivalencyNotes: "Firewalls ≈ Networks",
  additionalRequirements: null,
  confidenceScore: 0.84,
  isAiSuggested: true,
  aiReasoning: "Content 0.95.",
  status: "UNDER_REVIEW",
  approvedAt: null,
  reviewNotes: null,
  version: 4,
};

function show(answer: (request: SeenRequest) => Response): SeenRequest[] {
  return showPage(<PathwayPage />, {
    path: "/pathways/:id",
    address: "/pathways/w1",
    user: administrator,
    answer: (request) => (request.method === "GET" ? success(PATHWAY) : answer(request)),
  });
}

const steps = (seen: SeenRequest[]) =>
  seen.filter((request) => request.method === "POST").map(({ path, body, ifMatch }) => [path, body, ifMatch]);
const workflow = async () => within(await screen.findByRole("region", { name: "What happens next" }));

it("shows what the pathway says, and approves the version that was read", async () => {
  const user = userEvent.setup();
  const seen = show(() => success({ ...PATHWAY, status: "APPROVED", version: 5 }));
  const next = await workflow();
  expect(screen.getByText("Under review")).toBeInTheDocument();
  expect(screen.getByText("Firewalls ≈ Networks")).toBeInTheDocument();
  expect(screen.getByText("0.84")).toBeInTheDocument();

  await user.type(next.getByLabelText(/^Your notes/), "Agreed");
  await user.click(next.getByRole("button", { name: "Approve" }));

  expect(await next.findByText("Recorded: approved")).toBeInTheDocument();
  expect(steps(seen)).toEqual([["/api/v1/pathways/w1/approve", { notes: "Agreed" }, '"4"']]);
  expect(next.getByRole("button", { name: /^Open it/ })).toBeInTheDocument();
});

it("sends it back with a reason, and says at the field that there must be one", async () => {
  const user = userEvent.setup();
  const seen = show(() =>
    refusal(422, "VALIDATION_ERROR", "a field breaks a rule", [
      { field: "reason", message: "must be stated" },
    ]),
  );
  const next = await workflow();

  await user.click(next.getByRole("button", { name: "Send back" }));

  await next.findByRole("alert");
  expect(next.getByLabelText(/^Your notes/)).toHaveAccessibleDescription("must be stated");
  expect(steps(seen)).toEqual([["/api/v1/pathways/w1/reject", { reason: "" }, '"4"']]);
});

it("reads the pathway again when somebody else was quicker", async () => {
  const user = userEvent.setup();
  const seen = show(() => refusal(412, "PRECONDITION_FAILED", "it has changed since you read it"));
  const next = await workflow();

  await user.click(next.getByRole("button", { name: "Approve" }));

  expect(await next.findByRole("alert")).toHaveTextContent("it has changed since you read it");
  expect(seen.filter((request) => request.method === "GET")).toHaveLength(2);
});
