import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { administrator, showPage } from "../test/show-page.tsx";
import { ExchangePage } from "./exchange-page.tsx";

const GOOD = {
  dryRun: true,
  microCredentials: 2,
  created: 1,
  updated: 1,
  unchanged: 0,
  problemCount: 0,
  problems: [],
};
const BAD = {
  dryRun: true,
  microCredentials: 1,
  created: 1,
  updated: 0,
  unchanged: 0,
  problemCount: 1200,
  problems: [
    { line: 2, field: "credits", message: "must be between 0 and 60" },
    { line: 3, field: "", message: "is not a row of this file" },
  ],
};

function show(imported: (request: SeenRequest) => Response): SeenRequest[] {
  return showPage(<ExchangePage />, {
    path: "/exchange",
    address: "/exchange",
    user: administrator,
    answer: (request) => {
      if (request.path.startsWith("/api/v1/institutions")) {
        return success([{ id: "i1", name: "North College", code: "NC" }]);
      }
      if (request.path.startsWith("/api/v1/credentials/import")) {
        return imported(request);
      }
      if (request.path === "/api/v1/credentials/export?format=jsonl&institutionId=i1") {
        return new Response('{"title":"A"}\n');
      }
      return refusal(404, "NOT_FOUND", request.path);
    },
  });
}

const region = () => within(screen.getByRole("region", { name: "Import" }));
const imports = (seen: SeenRequest[]) => seen.filter((request) => request.path.includes("/import"));
const csv = (name = "offers.csv") => new File(["programCode,title\n"], name, { type: "text/csv" });

it("checks a file, and imports it only after that", async () => {
  const user = userEvent.setup();
  const seen = show((request) => success({ ...GOOD, dryRun: request.path.includes("dryRun=true") }));

  await user.upload(region().getByLabelText(/^File/), csv());
  await user.selectOptions(region().getByLabelText("What to do"), "CREATE");
  await user.click(region().getByRole("button", { name: "Check the file" }));
  await user.click(await region().findByRole("button", { name: "Import the file" }));

  expect(await region().findByText("The file is imported")).toBeInTheDocument();
  expect(imports(seen).map(({ path, contentType }) => [path, contentType])).toEqual([
    ["/api/v1/credentials/import?dryRun=true&mode=CREATE", "text/csv"],
    ["/api/v1/credentials/import?mode=CREATE", "text/csv"],
  ]);
  expect(imports(seen)[1]?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
});

it("names every problem by line and field, and offers no import", async () => {
  const user = userEvent.setup();
  show(() => success(BAD));

  await user.upload(region().getByLabelText(/^File/), csv());
  await user.click(region().getByRole("button", { name: "Check the file" }));

  const rows = await region().findAllByRole("row");
  expect(rows.slice(1).map((row) => row.textContent)).toEqual([
    "2creditsmust be between 0 and 60",
    "3The whole rowis not a row of this file",
  ]);
  expect(region().getByText("The first 2 of 1,200.")).toBeInTheDocument();
  expect(region().queryByRole("button", { name: "Import the file" })).toBeNull();
});

it("forgets what it found when another file is chosen", async () => {
  const user = userEvent.setup();
  show(() => success(GOOD));

  await user.upload(region().getByLabelText(/^File/), csv());
  await user.click(region().getByRole("button", { name: "Check the file" }));
  await region().findByRole("button", { name: "Import the file" });
  await user.upload(region().getByLabelText(/^File/), csv("others.csv"));

  expect(region().queryByRole("button", { name: "Import the file" })).toBeNull();
});

it("says at the field that a file is of no known shape, and sends nothing", async () => {
  const user = userEvent.setup({ applyAccept: false });
  const seen = show(() => success(GOOD));

  await user.upload(region().getByLabelText(/^File/), new File(["x"], "offers.xlsx"));
  await user.click(region().getByRole("button", { name: "Check the file" }));

  expect(region().getByLabelText(/^File/)).toHaveAccessibleDescription(/must end with .csv/);
  expect(imports(seen)).toEqual([]);
});

it("exports the person's own institution and hands the file to the browser", async () => {
  const user = userEvent.setup();
  const made = vi.fn(() => "blob:1");
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: made, revokeObjectURL: vi.fn() }));
  const saved: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  show(() => success(GOOD));
  const form = within(screen.getByRole("region", { name: "Export" }));

  expect(await form.findByLabelText("Institution")).toHaveValue("i1");
  await user.selectOptions(form.getByLabelText("Shape of the file"), "jsonl");
  await user.click(form.getByRole("button", { name: "Export" }));

  expect(await form.findByText("The file is among your downloads")).toBeInTheDocument();
  expect(form.getByText("14 bytes")).toBeInTheDocument();
  expect(saved).toEqual([expect.stringMatching(/^micro-credentials-\d{4}-\d\d-\d\d\.jsonl$/)]);
  vi.unstubAllGlobals();
});
