import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { User } from "../api/types.ts";
import { type SeenRequest, success } from "../test/fake-fetch.ts";
import { administrator, showPage } from "../test/show-page.tsx";
import { IntegrityPage } from "./integrity-page.tsx";

const WHOLE = {
  valid: true,
  checked: 180,
  checkedThrough: 180,
  checkedThroughHash: "4596",
  newest: 180,
  complete: true,
  anchorsChecked: 0,
  anchorsOfUnknownKeys: 0,
  newestAnchor: null,
  fault: null,
  publicKey: null,
};

function show(user: User | null, verification: object = WHOLE): SeenRequest[] {
  return showPage(<IntegrityPage />, {
    path: "/audit/integrity",
    address: "/audit/integrity",
    user,
    answer: () => success(verification),
  });
}

it("verifies when told to, and says what was looked at", async () => {
  const user = userEvent.setup();
  const seen = show(administrator);
  expect(seen).toEqual([]);

  await user.click(screen.getByRole("button", { name: "Verify the record" }));

  expect(await screen.findByText("The record is whole")).toBeInTheDocument();
  expect(screen.getByText("180")).toBeInTheDocument();
  expect(screen.getByText("Nothing is signed")).toBeInTheDocument();
  expect(screen.getByText(/written anew as a whole would not be seen/)).toBeInTheDocument();
  expect(screen.queryByRole("alert")).toBeNull();
});

it("shows where the record is not as it was", async () => {
  const user = userEvent.setup();
  show(administrator, {
    ...WHOLE,
    valid: false,
    complete: false,
    fault: { kind: "ALTERED", sequence: 12, entryId: "e1", message: "Entry 12 was changed." },
  });

  await user.click(screen.getByRole("button", { name: "Verify the record" }));

  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("Entry 12 was changed.");
  expect(alert).toHaveTextContent("Altered · number 12 · entry e1");
  expect(screen.queryByText("The record is whole")).toBeNull();
});

it("is closed to others", () => {
  show({ ...administrator, role: "PROGRAM_COORDINATOR" });

  expect(screen.getByText(/Your account cannot verify the record/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Verify the record" })).toBeNull();
});
