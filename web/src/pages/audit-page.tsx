import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { listAuditEntries } from "../api/audit.ts";
import { AuditFilterForm } from "../components/audit-filter-form.tsx";
import { AuditTable } from "../components/audit-table.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { PageLinks } from "../components/page-links.tsx";
import { SignInForm } from "../components/sign-in-form.tsx";
import { useApp, useSession } from "../session/app-context.ts";
import { mayReadAudit } from "../session/permissions.ts";
import { focusContent } from "./focus-content.ts";

export function AuditPage() {
  const session = useSession();
  return (
    <>
      <title>Audit log – BCCB</title>
      <div className="title-block">
        <h1>Audit log</h1>
        <p className="lead">Who decided what, and when.</p>
      </div>
      {session === null && (
        <SignInForm
          reason="The audit log is for administrators of an institution."
          onSignedIn={focusContent}
        />
      )}
      {session !== null && !mayReadAudit(session.user) && (
        <p className="notice">
          Your account cannot read the audit log. Ask an administrator of your institution.
        </p>
      )}
      {session !== null && mayReadAudit(session.user) && <Entries />}
    </>
  );
}

function Entries() {
  const { client } = useApp();
  const [parameters, setParameters] = useSearchParams();
  const question = {
    entityType: parameters.get("entityType") ?? "",
    entityId: parameters.get("entityId") ?? "",
    action: parameters.get("action") ?? "",
    page: Math.max(1, Number.parseInt(parameters.get("page") ?? "1", 10) || 1),
  };
  const entries = useQuery({
    queryKey: ["audit", question],
    queryFn: ({ signal }) => listAuditEntries(client, question, signal),
    staleTime: 0,
  });

  return (
    <>
      <AuditFilterForm
        key={parameters.toString()}
        entityType={question.entityType}
        action={question.action}
        entityId={question.entityId}
        onFilter={(next) => {
          setParameters(next);
        }}
      />
      {entries.isPending && <Loading>Loading the entries…</Loading>}
      {entries.isError && (
        <ErrorNotice
          error={entries.error}
          title="The audit log cannot be shown"
          onRetry={() => void entries.refetch()}
        />
      )}
      {entries.isSuccess && (
        <>
          <AuditTable entries={entries.data.items} />
          <PageLinks pagination={entries.data.pagination} parameters={parameters} />
        </>
      )}
    </>
  );
}
