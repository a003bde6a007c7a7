import { ApiError } from "../api/error.ts";
import type { FieldProblem } from "../api/types.ts";
import { humanise } from "../format/labels.ts";

interface ErrorNoticeProps {
  error: Error;
  title?: string;
  onRetry?: () => void;
}

function explanation(error: Error): string {
  return error instanceof ApiError ? error.message : "This page met a problem it did not expect.";
}

function waiting(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

/** The problems field by field, unless the message says the only one already. */
function problems(error: ApiError): FieldProblem[] {
  const [first, ...more] = error.details;
  const said = first !== undefined && more.length === 0 && error.message.includes(first.message);
  return said ? [] : error.details;
}

/** What went wrong, in the service's own words, with everything needed to put it right or to report it. */
export function ErrorNotice({ error, title = "This did not work", onRetry }: ErrorNoticeProps) {
  const known = error instanceof ApiError ? error : null;
  const details = known === null ? [] : problems(known);
  return (
    <div className="notice notice--error" role="alert">
      <p className="notice__title">{title}</p>
      <p>{explanation(error)}</p>
      {details.length > 0 && (
        <ul>
          {details.map((problem) => (
            <li key={`${problem.field}:${problem.message}`}>
              {problem.field !== "" && <strong>{humanise(problem.field)}: </strong>}
              {problem.message}
            </li>
          ))}
        </ul>
      )}
      {known?.retryAfterSeconds != null && <p>Try again in {waiting(known.retryAfterSeconds)}.</p>}
      {known !== null && (
        <p className="notice__code">
          {known.code}
          {known.requestId !== null && ` · request ${known.requestId}`}
        </p>
      )}
      {onRetry !== undefined && (
        <button type="button" className="button button--quiet" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
