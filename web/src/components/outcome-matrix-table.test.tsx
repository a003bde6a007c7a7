import { render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { OutcomeMatch, OutcomeMatrix } from "../api/types.ts";
import { OutcomeMatrixTable } from "./outcome-matrix-table.tsx";

const matrix: OutcomeMatrix = {
  sourceOutcomes: [
    { id: "s1", text: "Maintain sterile cultures", bloomLevel: "APPLY" },
    { id: "s2", text: "Record observations", bloomLevel: "REMEMBER" },
  ],
  targetOutcomes: [
    { id: "t1", text: "Grow cells aseptically", bloomLevel: "APPLY" },
    { id: "t2", text: "Evaluate contamination", bloomLevel: "EVALUATE" },
    { id: "t3", text: "Write a grant proposal", bloomLevel: "CREATE" },
  ],
  similarities: [
    [0.912, 0.2],
    [0.55, 0.71],
    [0.1, null],
  ],
};

const matches: OutcomeMatch[] = [
  { sourceOutcome: "s1", targetOutcome: "t1", similarity: 0.912, status: "COVERED", levelGap: 0 },
  {
    sourceOutcome: { id: "s2", text: "Record observations" },
    targetOutcome: "Evaluate contamination",
    similarity: 0.71,
    status: "COVERED_LOWER_LEVEL",
    levelGap: 4,
  },
  { sourceOutcome: null, targetOutcome: "t3", similarity: null, status: "NOT_COVERED", levelGap: null },
];

function show(shown: OutcomeMatrix | null = matrix, basis: string | null = "OUTCOMES") {
  render(
    <OutcomeMatrixTable
      matrix={shown}
      matches={matches}
      sourceTitle="Cell Culture"
      targetTitle="Biology"
      basis={basis}
    />,
  );
}

function row(name: RegExp): HTMLElement {
  const found = screen.getByRole("rowheader", { name }).closest("tr");
  if (found === null) {
    throw new Error("a row header stands outside a row");
  }
  return found;
}

describe("the outcome matrix", () => {
  it("is a named table with a header per outcome on both sides", () => {
    show();
    const table = screen.getByRole("table", { name: /asked for at Biology.*Cell Culture/ });
    const columns = within(table).getAllByRole("columnheader");
    expect(columns.map((header) => header.getAttribute("scope"))).toEqual(["col", "col", "col", "col"]);
    const rows = within(table).getAllByRole("rowheader");
    expect(rows.map((header) => header.getAttribute("scope"))).toEqual(["row", "row", "row"]);
  });

  it("says every similarity as a number and keeps the layout: rows are asked for, columns are taught", () => {
    show();
    const cells = within(row(/Evaluate contamination/)).getAllByRole("cell");
    expect(cells.map((cell) => cell.textContent)).toEqual([
      expect.stringContaining("Covered at a lower level"),
      "0.55",
      expect.stringContaining("0.71"),
    ]);
  });

  it("marks the assigned pair in words, not by colour alone", () => {
    show();
    expect(screen.getAllByRole("cell", { name: /assigned pair/ }).map((cell) => cell.textContent)).toEqual([
      expect.stringMatching(/^0\.91/),
      expect.stringMatching(/^0\.71/),
    ]);
  });

  it("states the status of each row, and the level gap where there is one", () => {
    show();
    expect(row(/Grow cells/)).toHaveTextContent("Covered");
    expect(row(/Evaluate contamination/)).toHaveTextContent("4 Bloom levels below");
    expect(row(/grant proposal/)).toHaveTextContent("Not covered");
  });

  it("shows a missing number as missing", () => {
    show();
    expect(within(row(/grant proposal/)).getByText("–")).toBeInTheDocument();
  });

  it("says so when there is nothing to compare", () => {
    show(null, "TOPICS");
    expect(screen.queryByRole("table")).toBeNull();
    expect(screen.getByText(/no outcomes to compare/)).toBeInTheDocument();
    expect(screen.getByText(/weaker evidence/)).toBeInTheDocument();
  });
});
