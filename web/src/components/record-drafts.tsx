import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { IdempotentAttempts } from "../api/idempotency.ts";
import { suggestPathways } from "../api/recommendations.ts";
import type { RecommendationRequest } from "../api/recommendation-types.ts";
import { useApp } from "../session/app-context.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";

interface RecordDraftsProps {
  request: RecommendationRequest;
}

function outcome(count: number): string {
  switch (count) {
    case 0:
      return "Nothing new to record";
    case 1:
      return "1 draft is recorded";
    default:
      return `${count} drafts are recorded`;
  }
}

/** Writes the recommendations down as drafts of pathways, which people then complete and submit. */
export function RecordDrafts({ request }: RecordDraftsProps) {
  const { client } = useApp();
  const queries = useQueryClient();
  const [attempts] = useState(() => new IdempotentAttempts());
  const record = useMutation({
    mutationFn: () => attempts.run(request, (body, key) => suggestPathways(client, body, key)),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["credential", request.microCredentialId] });
      void queries.invalidateQueries({ queryKey: ["audit"] });
    },
  });
  const drafts = record.data?.pathways ?? [];

  return (
    <section className="card" aria-labelledby="drafts-heading">
      <h2 id="drafts-heading">Record as drafts</h2>
      <p>
        Each recommendation becomes a draft of a pathway, with its confidence and its reasons. What has a
        pathway already is left out.
      </p>
      {record.isError && <ErrorNotice error={record.error} title="No draft is recorded" />}
      <DoneNotice title={record.isSuccess ? outcome(drafts.length) : null}>
        {drafts.length === 0 ? (
          <p>Every recommendation has a pathway from this micro-credential already.</p>
        ) : (
          <ul>
            {drafts.map((draft) => (
              <li key={draft.id}>
                <Link to={`/pathways/${draft.id}`}>{draft.name}</Link>
              </li>
            ))}
          </ul>
        )}
      </DoneNotice>
      {!record.isSuccess && (
        <div className="stack">
          <button
            type="button"
            className="button"
            disabled={record.isPending}
            onClick={() => {
              record.mutate();
            }}
          >
            {record.isPending ? "Recording…" : "Record the drafts"}
          </button>
        </div>
      )}
    </section>
  );
}
