import type { ReactNode } from "react";

export interface Fact {
  name: string;
  value: ReactNode;
}

interface FactListProps {
  facts: Fact[];
}

export function FactList({ facts }: FactListProps) {
  return (
    <dl className="facts">
      {facts.map((fact) => (
        <div key={fact.name} className="facts__item">
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
