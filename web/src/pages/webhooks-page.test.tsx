import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { administrator, showPage } from "../test/show-page.tsx";
import { WebhookPage } from "./webhook-page.tsx";
import { WebhooksPage } from "./webhooks-page.tsx";

const WEBHOOK = {
  id: "w1",
  institutionId: "i1",
  url: "https://registrar.example.org/bccb",
  eventTypes: [],
  isActive: false,
  disabledReason: "it answered 410",
  consecutiveFailures: 3,
  createdAt: "2026-11-01T00:00:00Z",
};

function show(answer: (request: SeenRequest) => Response): SeenRequest[] {
  return showPage(<WebhooksPage />, {
    path: "/webhooks",
    address: "/webhooks",
    user: administrator,
    answer: (request) => (request.method === "GET" ? success([WEBHOOK]) : answer(request)),
  });
}

const changes = (seen: SeenRequest[]) =>
  seen.filter((request) => request.method !== "GET").map(({ method, path, body }) => [method, path, body]);

it("makes a webhook for what was chosen, and tells its secret", async () => {
  const user = userEvent.setup();
  const seen = show(() => success({ ...WEBHOOK, secret: "whsec_1" }));
  const form = within(screen.getByRole("region", { name: "Make a webhook" }));

  await user.type(form.getByLabelText(/^Address/), "https://registrar.example.org/bccb");
  await user.click(
    within(form.getByRole("group", { name: "Pathway", hidden: true })).getByLabelText("Approved"),
  );
  await user.click(form.getByRole("button", { name: "Make the webhook" }));

  expect(await form.findByText("whsec_1")).toBeInTheDocument();
  expect(changes(seen)).toEqual([
    [
      "POST",
      "/api/v1/webhooks",
      { url: "https://registrar.example.org/bccb", eventTypes: ["pathway.approved"] },
    ],
  ]);
});

it("says at the field what is wrong with an address", async () => {
  const user = userEvent.setup();
  show(() =>
    refusal(422, "VALIDATION_ERROR", "a field breaks a rule", [
      { field: "url", message: "is not an address of the public internet" },
    ]),
  );
  const form = within(screen.getByRole("region", { name: "Make a webhook" }));

  await user.type(form.getByLabelText(/^Address/), "https://localhost/");
  await user.click(form.getByRole("button", { name: "Make the webhook" }));

  await form.findByRole("alert");
  expect(form.getByLabelText(/^Address/)).toHaveAccessibleDescription(/public internet/);
});

it("removes a webhook only after it has asked once more", async () => {
  const user = userEvent.setup();
  const seen = show(() => success({ deleted: true }));
  const list = within(await screen.findByRole("region", { name: "Webhooks" }));
  expect(list.getByText(/Disabled: it answered 410/)).toBeInTheDocument();
  expect(list.getByText("Hears of everything")).toBeInTheDocument();

  await user.click(list.getByRole("button", { name: /^Remove:/ }));
  await user.click(list.getByRole("button", { name: "Leave it" }));
  expect(changes(seen)).toEqual([]);
  await user.click(list.getByRole("button", { name: /^Remove:/ }));
  expect(list.getByRole("button", { name: /^Remove it with all/ })).toHaveFocus();
  await user.keyboard("{Enter}");

  expect(await list.findByText("The webhook is removed")).toBeInTheDocument();
  expect(changes(seen)).toEqual([["DELETE", "/api/v1/webhooks/w1", null]]);
});

it("sends a message again", async () => {
  const user = userEvent.setup();
  const delivery = {
    id: "d1",
    eventType: "recognition.created",
    status: "FAILED",
    attempts: 9,
    createdAt: "2026-11-01T00:00:00Z",
    lastAttemptAt: null,
    responseStatus: 500,
    error: null,
  };
  const seen = showPage(<WebhookPage />, {
    path: "/webhooks/:id",
    address: "/webhooks/w1",
    user: administrator,
    answer: (request) =>
      success(
        request.path === "/api/v1/webhooks/w1" ? WEBHOOK : request.method === "GET" ? [delivery] : delivery,
      ),
  });

  expect(await screen.findByRole("row", { name: /Given up 9 Status 500/ })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: /^Send recognition.created of/ }));

  expect(await screen.findByText("The message is sent again")).toBeInTheDocument();
  expect(changes(seen)).toEqual([["POST", "/api/v1/webhooks/w1/deliveries/d1/redeliver", null]]);
});
