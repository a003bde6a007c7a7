import type { Prerequisite } from "../api/types.ts";
import { humanise } from "../format/labels.ts";

interface PrerequisiteListProps {
  prerequisites: Prerequisite[];
}

export function PrerequisiteList({ prerequisites }: PrerequisiteListProps) {
  const ordered = prerequisites.toSorted((left, right) => (left.orderIndex ?? 0) - (right.orderIndex ?? 0));
  return (
    <section className="card" aria-labelledby="prerequisites-heading">
      <h2 id="prerequisites-heading">Prerequisites</h2>
      {ordered.length === 0 ? (
        <p className="hint">None.</p>
      ) : (
        <ul className="outcomes">
          {ordered.map((prerequisite) => (
            <li key={prerequisite.id}>
              <p>{prerequisite.description}</p>
              <p className="tags">
                {prerequisite.type != null && <span className="tag">{humanise(prerequisite.type)}</span>}
                <span className="tag">{prerequisite.isMandatory === false ? "Recommended" : "Required"}</span>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
