import { AdministratorsOnly } from "../components/administrators-only.tsx";
import { ExportForm } from "../components/export-form.tsx";
import { ImportForm } from "../components/import-form.tsx";

export function ExchangePage() {
  return (
    <>
      <title>Import and export – BCCB</title>
      <div className="title-block">
        <h1>Import and export</h1>
        <p className="lead">Micro-credentials as a file: what is exported here can be imported again.</p>
      </div>
      <AdministratorsOnly what="Import and export are" deed="import or export files">
        {({ user }) => (
          <>
            <ExportForm user={user} />
            <ImportForm user={user} />
          </>
        )}
      </AdministratorsOnly>
    </>
  );
}
