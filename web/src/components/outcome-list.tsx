import type { LearningOutcome } from "../api/types.ts";
import { bloomLevels, label } from "../format/labels.ts";

interface OutcomeListProps {
  outcomes: LearningOutcome[];
}

export function OutcomeList({ outcomes }: OutcomeListProps) {
  const ordered = outcomes.toSorted((left, right) => (left.orderIndex ?? 0) - (right.orderIndex ?? 0));
  return (
    <section className="card" aria-labelledby="outcomes-heading">
      <h2 id="outcomes-heading">Learning outcomes</h2>
      {ordered.length === 0 ? (
        <p className="hint">No outcomes are published.</p>
      ) : (
        <ol className="outcomes">
          {ordered.map((outcome) => (
            <li key={outcome.id}>
              <p>{outcome.outcomeText}</p>
              <p className="tags">
                {outcome.bloomLevel != null && (
                  <span className="tag">{label(bloomLevels, outcome.bloomLevel)}</span>
                )}
                {outcome.isCore === true && <span className="tag tag--core">Core outcome</span>}
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
