import { Link } from "react-router";
import type { PathwaySummary } from "../api/types.ts";
import { humanise } from "../format/labels.ts";
import { formatCredits } from "../format/numbers.ts";

interface PathwayListProps {
  pathways: PathwaySummary[];
}

function summary(pathway: PathwaySummary): string {
  return [
    pathway.targetInstitution == null ? null : `to ${pathway.targetInstitution.name}`,
    pathway.transferCredits == null ? null : formatCredits(pathway.transferCredits),
    pathway.pathwayType == null ? null : humanise(pathway.pathwayType).toLowerCase(),
    pathway.status == null || pathway.status === "ACTIVE" ? null : humanise(pathway.status).toLowerCase(),
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

export function PathwayList({ pathways }: PathwayListProps) {
  return (
    <section className="card" aria-labelledby="pathways-heading">
      <h2 id="pathways-heading">Pathways</h2>
      {pathways.length === 0 ? (
        <p className="hint">No pathway starts here yet.</p>
      ) : (
        <ul className="outcomes">
          {pathways.map((pathway) => (
            <li key={pathway.id}>
              <p>
                <Link to={`/pathways/${pathway.id}`}>{pathway.name}</Link>
              </p>
              <p className="hint">{summary(pathway)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
