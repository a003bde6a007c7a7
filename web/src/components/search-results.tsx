import type { SearchAnswer } from "../api/types.ts";
import { resultsSummary } from "./results-summary.ts";
import { SearchResultItem } from "./search-result-item.tsx";

interface SearchResultsProps {
  answer: SearchAnswer;
  query: string;
}

export function SearchResults({ answer, query }: SearchResultsProps) {
  if (answer.results.length === 0) {
    return (
      <div className="card empty">
        <h2>Nothing is close to “{query}”</h2>
        <p>Describe the skill in other words, or remove a filter.</p>
      </div>
    );
  }
  return (
    <>
      <h2 className="results__summary">{resultsSummary(answer)}</h2>
      <ol className="results">
        {answer.results.map((result) => (
          <SearchResultItem key={result.microCredentialId} result={result} />
        ))}
      </ol>
    </>
  );
}
