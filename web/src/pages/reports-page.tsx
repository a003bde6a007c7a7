import { useSearchParams } from "react-router";
import { AdministratorsOnly } from "../components/administrators-only.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { PageLinks } from "../components/page-links.tsx";
import { ReportRequestForm } from "../components/report-request-form.tsx";
import { ReportTable } from "../components/report-table.tsx";
import type { User } from "../api/types.ts";
import { useReports } from "./use-reports.ts";
import { pageNumber } from "./page-number.ts";

export function ReportsPage() {
  return (
    <>
      <title>Reports – BCCB</title>
      <div className="title-block">
        <h1>Reports</h1>
        <p className="lead">Files about your institution, made in the background and kept for a while.</p>
      </div>
      <AdministratorsOnly what="Reports are" deed="ask for reports">
        {({ user }) => <Reports user={user} />}
      </AdministratorsOnly>
    </>
  );
}

function Reports({ user }: { user: User }) {
  const [parameters] = useSearchParams();
  const page = pageNumber(parameters);
  const reports = useReports(page);
  return (
    <>
      <ReportRequestForm user={user} />
      {reports.isPending && <Loading>Loading the reports…</Loading>}
      {reports.isError && (
        <ErrorNotice
          error={reports.error}
          title="The reports cannot be shown"
          onRetry={() => void reports.refetch()}
        />
      )}
      {reports.data !== undefined && (
        <>
          <ReportTable reports={reports.data.items} />
          <PageLinks pagination={reports.data.pagination} parameters={parameters} />
        </>
      )}
    </>
  );
}
