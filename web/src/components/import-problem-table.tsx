import type { ImportProblem } from "../api/administration-types.ts";
import { formatNumber } from "../format/numbers.ts";
import { TableRegion } from "./table-region.tsx";

interface ImportProblemTableProps {
  problems: ImportProblem[];
  /** How many there are in all; the table may have the first ones only. */
  count: number;
}

/** Every problem with its line and field, as a spreadsheet numbers them. */
export function ImportProblemTable({ problems, count }: ImportProblemTableProps) {
  return (
    <>
      <h3 id="problems-heading">Problems</h3>
      {count > problems.length && (
        <p className="hint">
          The first {formatNumber(problems.length)} of {formatNumber(count)}.
        </p>
      )}
      <TableRegion labelledBy="problems-heading">
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="table__number">
                Line
              </th>
              <th scope="col">Field</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {problems.map((problem) => (
              <tr key={`${problem.line}:${problem.field}:${problem.message}`}>
                <td className="table__number">{problem.line}</td>
                <td>{problem.field === "" ? "The whole row" : <code>{problem.field}</code>}</td>
                <td>{problem.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </>
  );
}
