import type { CSSProperties } from "react";
import { clampScore, formatScore } from "../format/numbers.ts";

interface MatrixCellProps {
  similarity: number | null;
  assigned: boolean;
}

/** Shade and number say the similarity; frame, tick and words say which pair was assigned. */
export function MatrixCell({ similarity, assigned }: MatrixCellProps) {
  const shade = { "--shade": `${Math.round(clampScore(similarity) * 100)}%` } as CSSProperties;
  return (
    <td className="matrix__cell" data-assigned={assigned ? "" : undefined} style={shade}>
      {similarity === null ? "–" : formatScore(similarity)}
      {assigned && (
        <>
          <span className="matrix__tick" aria-hidden="true">
            ✓
          </span>
          <span className="visually-hidden"> assigned pair</span>
        </>
      )}
    </td>
  );
}
