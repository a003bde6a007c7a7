import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { searchCredentials } from "../api/search.ts";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { resultsSummary } from "../components/results-summary.ts";
import { SearchForm } from "../components/search-form.tsx";
import { SearchResults } from "../components/search-results.tsx";
import { useApp } from "../session/app-context.ts";
import { addressOfTerms, filtersOfTerms, termsFromAddress } from "./search-terms.ts";
import { useInstitutions } from "./use-institutions.ts";

const FIRST_RESULTS = 20;
const MOST_RESULTS = 100;

const EXAMPLES = [
  "keeping living cells alive in a dish without contamination",
  "noticing early that a wound is getting worse",
  "choosing a heat pump for an older house",
  "explaining data to people who decide",
];

export function SearchPage() {
  const [parameters, setParameters] = useSearchParams();
  const terms = termsFromAddress(parameters);
  const address = addressOfTerms(terms).toString();
  const institutions = useInstitutions();

  return (
    <>
      <title>{terms.q === "" ? "Search – BCCB" : `${terms.q} – Search – BCCB`}</title>
      <div className="hero">
        <h1>Find a micro-credential</h1>
        <p>
          See what it teaches, who recognises it, and whether your institution could accept it for credit.
        </p>
      </div>
      <SearchForm
        key={`form ${address}`}
        terms={terms}
        institutions={institutions.data ?? []}
        onSearch={(next) => {
          setParameters(addressOfTerms(next));
        }}
      />
      {terms.q === "" ? <Examples /> : <Results key={`results ${address}`} address={address} />}
    </>
  );
}

function Examples() {
  return (
    <section className="examples" aria-labelledby="examples-heading">
      <h2 id="examples-heading">For example</h2>
      <ul>
        {EXAMPLES.map((example) => (
          <li key={example}>
            <Link to={`/?${new URLSearchParams({ q: example }).toString()}`}>{example}</Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Results({ address }: { address: string }) {
  const { client } = useApp();
  const [limit, setLimit] = useState(FIRST_RESULTS);
  const terms = termsFromAddress(new URLSearchParams(address));
  const answer = useQuery({
    queryKey: ["search", address, limit],
    queryFn: ({ signal }) =>
      searchCredentials(client, { query: terms.q, filters: filtersOfTerms(terms), limit }, signal),
    placeholderData: keepPreviousData,
  });

  return (
    <>
      {/* Present while the search runs, so that its result is announced. */}
      <p className="visually-hidden" role="status">
        {answer.isSuccess && resultsSummary(answer.data)}
      </p>
      {answer.isPending && <Loading>Searching…</Loading>}
      {answer.isError && (
        <ErrorNotice
          error={answer.error}
          title="The search did not work"
          onRetry={() => void answer.refetch()}
        />
      )}
      {answer.isSuccess && (
        <section aria-label="Search results" aria-busy={answer.isFetching}>
          <SearchResults answer={answer.data} query={terms.q} />
          {answer.data.total > limit && limit < MOST_RESULTS && (
            <button
              type="button"
              className="button button--quiet"
              disabled={answer.isFetching}
              onClick={() => {
                setLimit(Math.min(limit + FIRST_RESULTS, MOST_RESULTS));
              }}
            >
              Show more
            </button>
          )}
        </section>
      )}
    </>
  );
}
