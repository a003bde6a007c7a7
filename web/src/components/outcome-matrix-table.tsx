import type { OutcomeMatch, OutcomeMatrix } from "../api/types.ts";
import { bloomLevels, label } from "../format/labels.ts";
import { MatrixCell } from "./matrix-cell.tsx";
import { MatrixLegend } from "./matrix-legend.tsx";
import { MatrixStatus } from "./matrix-status.tsx";
import { matrixRows } from "./outcome-matrix.ts";
import { TableRegion } from "./table-region.tsx";

interface OutcomeMatrixTableProps {
  matrix: OutcomeMatrix | null;
  matches: OutcomeMatch[];
  sourceTitle: string;
  targetTitle: string;
  basis: string | null;
}

export function OutcomeMatrixTable({
  matrix,
  matches,
  sourceTitle,
  targetTitle,
  basis,
}: OutcomeMatrixTableProps) {
  const empty = matrix === null || matrix.targetOutcomes.length === 0 || matrix.sourceOutcomes.length === 0;
  return (
    <section className="card" aria-labelledby="matrix-heading">
      <h3 id="matrix-heading">Outcome by outcome</h3>
      {basis === "TOPICS" && (
        <p className="notice">
          At least one side states no learning outcomes, so topics out of its description were compared. That
          is weaker evidence: read it with care.
        </p>
      )}
      {empty ? (
        <p className="hint">There are no outcomes to compare on one of the two sides.</p>
      ) : (
        <>
          <p>
            Down: what <strong>{targetTitle}</strong> asks for. Across: what <strong>{sourceTitle}</strong>{" "}
            teaches. The number is how alike the two are.
          </p>
          <MatrixLegend />
          <p className="hint matrix__narrow">
            On a narrow screen, scroll the table sideways to see the numbers.
          </p>
          <TableRegion labelledBy="matrix-heading">
            <table className="matrix">
              <caption className="visually-hidden">
                Similarity of each outcome asked for at {targetTitle} with each outcome of {sourceTitle}
              </caption>
              <thead>
                <tr>
                  <th scope="col">Asked for</th>
                  <th scope="col">Result</th>
                  {matrix.sourceOutcomes.map((outcome) => (
                    <th key={outcome.id} scope="col" className="matrix__source">
                      {outcome.text}
                      {outcome.bloomLevel != null && (
                        <span className="matrix__bloom">{label(bloomLevels, outcome.bloomLevel)}</span>
                      )}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {matrixRows(matrix, matches).map((row) => (
                  <tr key={row.outcome.id}>
                    <th scope="row">
                      {row.outcome.text}
                      {row.outcome.bloomLevel != null && (
                        <span className="matrix__bloom">{label(bloomLevels, row.outcome.bloomLevel)}</span>
                      )}
                    </th>
                    <MatrixStatus match={row.match} />
                    {row.cells.map((cell, column) => (
                      <MatrixCell
                        key={matrix.sourceOutcomes[column]?.id ?? column}
                        similarity={cell.similarity}
                        assigned={cell.assigned}
                      />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </TableRegion>
        </>
      )}
    </section>
  );
}
