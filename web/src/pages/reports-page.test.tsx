import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Report } from "../api/administration-types.ts";
import { refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { administrator, showPage } from "../test/show-page.tsx";
import { ReportsPage } from "./reports-page.tsx";
import { paceOf } from "./use-reports.ts";

const READY: Report = {
  id: "r1",
  institutionId: "i1",
  kind: "DECISIONS",
  status: "READY",
  periodStart: "2026-10-01",
  periodEnd: "2026-10-31",
  requestedBy: null,
  rowCount: 8,
  byteCount: 3016,
  sha256: "ab",
  error: null,
  createdAt: "2026-11-01T00:00:00Z",
  finishedAt: "2026-11-01T00:00:01Z",
};
const FAILED: Report = {
  ...READY,
  id: "r2",
  status: "FAILED",
  error: "the folder is full",
  requestedBy: "u1",
};

function show(reports: Report[], asked: (request: SeenRequest) => Response): SeenRequest[] {
  return showPage(<ReportsPage />, {
    path: "/reports",
    address: "/reports",
    user: administrator,
    answer: (request) => {
      if (request.path.startsWith("/api/v1/institutions")) {
        return success([{ id: "i1", name: "North College", code: "NC" }]);
      }
      if (request.path === "/api/v1/reports" && request.method === "GET") {
        return success(reports);
      }
      return asked(request);
    },
  });
}

const posts = (seen: SeenRequest[]) => seen.filter((request) => request.method === "POST");

it("says how every report stands, and offers the file of what is ready", async () => {
  show([READY, FAILED], () => success(null));

  const rows = await screen.findAllByRole("row");
  await screen.findAllByText("North College");
  expect(rows).toHaveLength(3);
  expect(rows[1]).toHaveTextContent("Decisions of a period, Oct 1, 2026 to Oct 31, 2026");
  expect(rows[1]).toHaveTextContent("Made every month");
  expect(rows[1]).toHaveTextContent("8 rows, 3.02 kB");
  expect(rows[2]).toHaveTextContent("Given upthe folder is full");
  expect(screen.getAllByRole("button", { name: /^Download/ })).toHaveLength(1);
});

it("asks for the period of decisions, and for none of a catalogue", async () => {
  const user = userEvent.setup();
  const seen = show([], () => success({ ...READY, status: "PENDING" }));
  const form = within(screen.getByRole("region", { name: "Ask for a report" }));

  await user.clear(form.getByLabelText("First day"));
  await user.type(form.getByLabelText("First day"), "2026-10-01");
  await user.clear(form.getByLabelText("Last day"));
  await user.type(form.getByLabelText("Last day"), "2026-10-31");
  await user.click(form.getByRole("button", { name: "Make the report" }));
  expect(await form.findByText("The report is being made")).toBeInTheDocument();
  await user.selectOptions(form.getByLabelText("Report"), "CATALOGUE");
  expect(form.queryByLabelText("First day")).toBeNull();
  await user.click(form.getByRole("button", { name: "Make the report" }));
  await form.findByRole("button", { name: "Make the report" });

  expect(posts(seen).map((request) => request.body)).toEqual([
    { kind: "DECISIONS", periodStart: "2026-10-01", periodEnd: "2026-10-31" },
    { kind: "CATALOGUE" },
  ]);
  expect(posts(seen)[0]?.idempotencyKey).not.toBe(posts(seen)[1]?.idempotencyKey);
});

it("says at the field what is wrong with a period", async () => {
  const user = userEvent.setup();
  show([], () =>
    refusal(422, "VALIDATION_ERROR", "a field breaks a rule", [
      { field: "periodEnd", message: "is before the first day" },
    ]),
  );
  const form = within(screen.getByRole("region", { name: "Ask for a report" }));

  await user.click(form.getByRole("button", { name: "Make the report" }));

  await form.findByRole("alert");
  expect(form.getByLabelText("Last day")).toHaveAccessibleDescription("is before the first day");
  expect(screen.getByText("There is no report yet.")).toBeInTheDocument();
});

it("looks again while a report is being made: often at first, then rarely, then no more", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  const made = (secondsAgo: number) => ({
    items: [
      { ...READY, status: "PENDING" as const, createdAt: new Date(now - secondsAgo * 1000).toISOString() },
    ],
    pagination: null,
  });

  expect(paceOf(made(1), now)).toBe(2_000);
  expect(paceOf(made(100), now)).toBe(20_000);
  expect(paceOf(made(1_000), now)).toBe(60_000);
  expect(paceOf(made(4_000), now)).toBe(false);
  expect(paceOf({ items: [READY], pagination: null }, now)).toBe(false);
  expect(paceOf(undefined, now)).toBe(false);
});
