import { Link } from "react-router";
import type { SearchResult } from "../api/types.ts";
import { label, matchedFields } from "../format/labels.ts";
import { ScoreBar } from "./score-bar.tsx";

interface SearchResultItemProps {
  result: SearchResult;
}

export function SearchResultItem({ result }: SearchResultItemProps) {
  const fields = (result.matchedFields ?? []).map((field) => label(matchedFields, field).toLowerCase());
  return (
    <li className="card result">
      <div className="result__body">
        <h3>
          <Link to={`/credentials/${result.microCredentialId}`}>{result.title}</Link>
        </h3>
        {result.institution != null && <p className="result__institution">{result.institution.name}</p>}
        {result.snippet != null && result.snippet !== "" && (
          <p className="result__snippet">{result.snippet}</p>
        )}
        {fields.length > 0 && <p className="hint">Matched in {[...new Set(fields)].join(", ")}</p>}
      </div>
      <ScoreBar name="Similarity" value={result.similarityScore} />
    </li>
  );
}
