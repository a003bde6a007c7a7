import type { AuditEntry } from "../api/administration-types.ts";
import { humanise } from "../format/labels.ts";

interface AuditChangesProps {
  changes: AuditEntry["changes"];
}

function show(value: unknown): string {
  if (value === null || value === undefined || value === "") {
    return "nothing";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function AuditChanges({ changes }: AuditChangesProps) {
  const fields = Object.entries(changes ?? {}).filter(
    ([, change]) => show(change.before) !== show(change.after),
  );
  if (fields.length === 0) {
    return <span className="hint">None stated</span>;
  }
  return (
    <ul className="changes">
      {fields.map(([field, change]) => (
        <li key={field}>
          <strong>{humanise(field)}:</strong> {change.before == null ? "" : <del>{show(change.before)}</del>}{" "}
          <ins>{show(change.after)}</ins>
        </li>
      ))}
    </ul>
  );
}
