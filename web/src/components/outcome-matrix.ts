import type { MatrixOutcome, OutcomeMatch, OutcomeMatrix, OutcomeReference } from "../api/types.ts";

export interface MatrixRow {
  outcome: MatrixOutcome;
  match: OutcomeMatch | null;
  cells: { similarity: number | null; assigned: boolean }[];
}

function refersTo(reference: OutcomeReference | null | undefined, outcome: MatrixOutcome): boolean {
  if (reference === null || reference === undefined) {
    return false;
  }
  if (typeof reference === "string") {
    return reference === outcome.id || reference === outcome.text;
  }
  return reference.id == null ? reference.text === outcome.text : reference.id === outcome.id;
}

/** Joins the matrix with the one-to-one assignment: a row per target outcome, a cell per source outcome. */
export function matrixRows(matrix: OutcomeMatrix, matches: OutcomeMatch[]): MatrixRow[] {
  return matrix.targetOutcomes.map((target, row) => {
    const match = matches.find((candidate) => refersTo(candidate.targetOutcome, target)) ?? null;
    const cells = matrix.sourceOutcomes.map((source, column) => ({
      similarity: matrix.similarities[row]?.[column] ?? null,
      assigned: refersTo(match?.sourceOutcome, source),
    }));
    return { outcome: target, match, cells };
  });
}
