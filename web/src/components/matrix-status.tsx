import type { OutcomeMatch } from "../api/types.ts";
import { label, matchStatuses } from "../format/labels.ts";

interface MatrixStatusProps {
  match: OutcomeMatch | null;
}

const MARKS: Readonly<Record<string, string>> = {
  COVERED: "●",
  COVERED_LOWER_LEVEL: "◕",
  PARTIAL: "◑",
  NOT_COVERED: "○",
};

function gap(match: OutcomeMatch): string | null {
  const levels = Math.abs(match.levelGap ?? 0);
  if (match.status !== "COVERED_LOWER_LEVEL" || levels === 0) {
    return null;
  }
  return levels === 1 ? "one Bloom level below" : `${levels} Bloom levels below`;
}

export function MatrixStatus({ match }: MatrixStatusProps) {
  const status = match?.status ?? "NOT_COVERED";
  const difference = match === null ? null : gap(match);
  return (
    <td className="matrix__status" data-status={status}>
      <span aria-hidden="true">{MARKS[status] ?? "○"}</span> {label(matchStatuses, status)}
      {difference !== null && <span className="matrix__bloom">{difference}</span>}
    </td>
  );
}
