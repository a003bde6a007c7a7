import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { listAuditEntries } from "../api/audit.ts";
import { AdministratorsOnly } from "../components/administrators-only.tsx";
import { AuditFilterForm } from "../components/audit-filter-form.tsx";
import { AuditTable } from "../components/audit-table.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { PageLinks } from "../components/page-links.tsx";
import { useApp } from "../session/app-context.ts";
import { pageNumber } from "./page-number.ts";

export function AuditPage() {
  return (
    <>
      <title>Audit log – BCCB</title>
      <div className="title-block">
        <h1>Audit log</h1>
        <p className="lead">Who decided what, and when.</p>
      </div>
      <AdministratorsOnly what="The audit log is" deed="read the audit log">
        {() => (
          <>
            <p>
              <Link to="/audit/integrity">Verify that nothing on record was changed</Link>
            </p>
            <Entries />
          </>
        )}
      </AdministratorsOnly>
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
    page: pageNumber(parameters),
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
