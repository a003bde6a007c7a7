import type { Maybe } from "../api/types.ts";
import { clampScore, formatScore } from "../format/numbers.ts";

interface ScoreBarProps {
  name: string;
  value: Maybe<number>;
}

/** A score between 0 and 1 as a bar and as a number; the number is what is read out. */
export function ScoreBar({ name, value }: ScoreBarProps) {
  return (
    <p className="score">
      <span className="score__name">{name}</span>
      <span className="score__track" aria-hidden="true">
        <span className="score__fill" style={{ inlineSize: `${clampScore(value) * 100}%` }} />
      </span>
      <span className="score__number">{formatScore(value)}</span>
    </p>
  );
}
