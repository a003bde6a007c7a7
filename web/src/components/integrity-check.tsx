import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { AuditVerification } from "../api/administration-types.ts";
import { verifyRecord } from "../api/verification.ts";
import { formatNumber } from "../format/numbers.ts";
import { useApp } from "../session/app-context.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { IntegrityVerdict } from "./integrity-verdict.tsx";
import { Loading } from "./loading.tsx";

/** Verifies the record when told to: a long one takes a while. */
export function IntegrityCheck() {
  const { client } = useApp();
  const [soFar, setSoFar] = useState<AuditVerification | null>(null);
  const leaving = useRef<AbortController | null>(null);
  useEffect(() => () => leaving.current?.abort(), []);
  const check = useMutation({
    mutationFn: () => {
      setSoFar(null);
      leaving.current = new AbortController();
      return verifyRecord(client, leaving.current.signal, setSoFar);
    },
  });
  const progress =
    soFar === null
      ? "Verifying the record…"
      : `Verified ${formatNumber(soFar.checkedThrough)} of ${formatNumber(soFar.newest)} entries…`;

  return (
    <section className="card" aria-labelledby="verify-heading">
      <h2 id="verify-heading">Verify</h2>
      <p>
        Looks at every entry of the platform, at every link between them, and at every signed place. No entry
        is shown.
      </p>
      <div className="stack">
        <button
          type="button"
          className="button"
          disabled={check.isPending}
          onClick={() => {
            check.mutate();
          }}
        >
          {check.isPending ? "Verifying…" : "Verify the record"}
        </button>
      </div>
      {check.isPending && <Loading>{progress}</Loading>}
      {check.isError && <ErrorNotice error={check.error} title="The record was not verified" />}
      {check.isSuccess && <IntegrityVerdict verification={check.data} />}
    </section>
  );
}
