import { Link } from "react-router";
import { AdministratorsOnly } from "../components/administrators-only.tsx";
import { IntegrityCheck } from "../components/integrity-check.tsx";

export function IntegrityPage() {
  return (
    <>
      <title>Integrity of the record – BCCB</title>
      <div className="title-block">
        <p className="eyebrow">
          <Link to="/audit">Audit log</Link>
        </p>
        <h1>Integrity of the record</h1>
        <p className="lead">
          Every entry is linked to the one before it. Whoever changes, takes out or adds one breaks the chain.
        </p>
      </div>
      <AdministratorsOnly what="The integrity of the record is" deed="verify the record">
        {() => <IntegrityCheck />}
      </AdministratorsOnly>
    </>
  );
}
