import type { RecognitionSummary } from "../api/types.ts";
import { formatDate } from "../format/dates.ts";
import { creditTypes, label, recognitionTypes } from "../format/labels.ts";
import { formatNumber } from "../format/numbers.ts";
import { TableRegion } from "./table-region.tsx";

interface RecognitionTableProps {
  recognitions: RecognitionSummary[];
}

function inForce(recognition: RecognitionSummary): string {
  if (recognition.isActive === false) {
    return "No longer in force";
  }
  const from = formatDate(recognition.effectiveDate);
  const until = formatDate(recognition.expiryDate);
  if (from === null) {
    return until === null ? "In force" : `Until ${until}`;
  }
  return until === null ? `From ${from}` : `${from} to ${until}`;
}

export function RecognitionTable({ recognitions }: RecognitionTableProps) {
  return (
    <section className="card" aria-labelledby="recognitions-heading">
      <h2 id="recognitions-heading">Recognised by</h2>
      {recognitions.length === 0 ? (
        <p className="hint">No institution has recorded a recognition yet.</p>
      ) : (
        <TableRegion labelledBy="recognitions-heading">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Institution</th>
                <th scope="col">Recognition</th>
                <th scope="col" className="table__number">
                  Credits
                </th>
                <th scope="col">Counts as</th>
                <th scope="col">In force</th>
              </tr>
            </thead>
            <tbody>
              {recognitions.map((recognition) => (
                <tr key={recognition.id}>
                  <th scope="row">{recognition.recognizingInstitution.name}</th>
                  <td>{label(recognitionTypes, recognition.recognitionType)}</td>
                  <td className="table__number">{formatNumber(recognition.creditValue)}</td>
                  <td>{label(creditTypes, recognition.creditType)}</td>
                  <td>{inForce(recognition)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableRegion>
      )}
    </section>
  );
}
