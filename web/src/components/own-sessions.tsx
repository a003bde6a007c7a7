import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { endOtherSessions, endSession, listSessions } from "../api/account.ts";
import type { OwnSession } from "../api/types.ts";
import { formatMoment } from "../format/dates.ts";
import { useApp } from "../session/app-context.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { Loading } from "./loading.tsx";
import { TableRegion } from "./table-region.tsx";

/** Where the person is signed in, and the means to end what they do not know. */
export function OwnSessions() {
  const { client } = useApp();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => listSessions(client, signal),
    staleTime: 0,
  });
  const end = useMutation({
    mutationFn: (id: string | null) => (id === null ? endOtherSessions(client) : endSession(client, id)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  const others = sessions.data?.some((session) => !session.isCurrent) ?? false;

  return (
    <section className="card" aria-labelledby="sessions-heading">
      <h2 id="sessions-heading">Sessions</h2>
      <p className="hint">Where you are signed in. End what you do not know, and choose a new password.</p>
      {end.isError && <ErrorNotice error={end.error} title="The session was not ended" />}
      <DoneNotice
        title={
          end.isSuccess
            ? end.variables === null
              ? "The other sessions have ended"
              : "The session has ended"
            : null
        }
      />
      {sessions.isPending && <Loading>Loading the sessions…</Loading>}
      {sessions.isError && (
        <ErrorNotice
          error={sessions.error}
          title="The sessions cannot be shown"
          onRetry={() => void sessions.refetch()}
        />
      )}
      {sessions.isSuccess && (
        <SessionTable
          sessions={sessions.data}
          isBusy={end.isPending}
          onEnd={(id) => {
            end.mutate(id);
          }}
        />
      )}
      {others && (
        <div className="stack">
          <button
            type="button"
            className="button button--quiet"
            disabled={end.isPending}
            onClick={() => {
              end.mutate(null);
            }}
          >
            End all other sessions
          </button>
        </div>
      )}
    </section>
  );
}

interface SessionTableProps {
  sessions: OwnSession[];
  isBusy: boolean;
  onEnd: (id: string) => void;
}

function SessionTable({ sessions, isBusy, onEnd }: SessionTableProps) {
  return (
    <TableRegion labelledBy="sessions-heading">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Signed in</th>
            <th scope="col">Browser</th>
            <th scope="col">Address</th>
            <th scope="col">Ends by itself</th>
            <th scope="col">End</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row">
                <time dateTime={session.createdAt}>{formatMoment(session.createdAt)}</time>
              </th>
              <td>{session.userAgent ?? "Not known"}</td>
              <td>{session.ipAddress ?? "Not known"}</td>
              <td>
                <time dateTime={session.expiresAt}>{formatMoment(session.expiresAt)}</time>
              </td>
              <td>
                {session.isCurrent ? (
                  "This session"
                ) : (
                  <button
                    type="button"
                    className="button button--quiet"
                    disabled={isBusy}
                    aria-label={`End the session of ${formatMoment(session.createdAt)}`}
                    onClick={() => {
                      onEnd(session.id);
                    }}
                  >
                    End
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}
