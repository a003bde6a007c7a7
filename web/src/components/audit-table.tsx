import type { AuditEntry } from "../api/administration-types.ts";
import { formatMoment } from "../format/dates.ts";
import { auditActions, entityTypes, label } from "../format/labels.ts";
import { AuditChanges } from "./audit-changes.tsx";
import { TableRegion } from "./table-region.tsx";

interface AuditTableProps {
  entries: AuditEntry[];
}

export function AuditTable({ entries }: AuditTableProps) {
  return (
    <section className="card" aria-labelledby="entries-heading">
      <h2 id="entries-heading">Entries</h2>
      {entries.length === 0 ? (
        <p className="hint">Nothing on record fits this filter.</p>
      ) : (
        <TableRegion labelledBy="entries-heading">
          <table className="table table--audit">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">Action</th>
                <th scope="col">About</th>
                <th scope="col">Changes</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <th scope="row">
                    <time dateTime={entry.createdAt}>{formatMoment(entry.createdAt)}</time>
                  </th>
                  <td>{entry.userEmail ?? entry.userId ?? "The system"}</td>
                  <td>{label(auditActions, entry.action)}</td>
                  <td>
                    {label(entityTypes, entry.entityType)}
                    <code className="table__id">{entry.entityId}</code>
                  </td>
                  <td>
                    <AuditChanges changes={entry.changes} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableRegion>
      )}
    </section>
  );
}
