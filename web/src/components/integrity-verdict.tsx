import type { AuditVerification } from "../api/administration-types.ts";
import { formatMoment } from "../format/dates.ts";
import { humanise } from "../format/labels.ts";
import { formatNumber } from "../format/numbers.ts";
import { DoneNotice } from "./done-notice.tsx";
import { type Fact, FactList } from "./fact-list.tsx";

interface IntegrityVerdictProps {
  verification: AuditVerification;
}

function factsOf(verification: AuditVerification): Fact[] {
  const facts: Fact[] = [
    { name: "Entries verified", value: formatNumber(verification.checked) },
    { name: "Newest entry", value: `Number ${formatNumber(verification.newest)}` },
    { name: "Signed places verified", value: formatNumber(verification.anchorsChecked) },
    {
      name: "Newest signed place",
      value:
        verification.newestAnchor == null ? "Nothing is signed" : formatMoment(verification.newestAnchor),
    },
  ];
  if (verification.anchorsOfUnknownKeys > 0) {
    facts.push({
      name: "Signed with unknown keys",
      value: formatNumber(verification.anchorsOfUnknownKeys),
    });
  }
  return facts;
}

/** What the verification found, with what is needed to compare it elsewhere. */
export function IntegrityVerdict({ verification }: IntegrityVerdictProps) {
  const { fault } = verification;
  return (
    <>
      <DoneNotice title={verification.valid ? "The record is whole" : null}>
        <p>Every entry that was looked at is as it was written.</p>
        {verification.anchorsChecked === 0 && (
          <p>No signed place was compared: a record that was written anew as a whole would not be seen.</p>
        )}
      </DoneNotice>
      {!verification.valid && (
        <div className="notice notice--error" role="alert">
          <p className="notice__title">The record is not as it was</p>
          <p>{fault?.message ?? "The service does not say where."}</p>
          {fault != null && (
            <p className="notice__code">
              {humanise(fault.kind)}
              {fault.sequence != null && ` · number ${fault.sequence}`}
              {fault.entryId != null && ` · entry ${fault.entryId}`}
            </p>
          )}
          <p>Tell the operator of the platform, and keep this page.</p>
        </div>
      )}
      <FactList facts={factsOf(verification)} />
      <h3>To compare it later</h3>
      <p className="digest">
        Hash of entry {verification.checkedThrough}: <code>{verification.checkedThroughHash}</code>
      </p>
      {verification.publicKey != null && (
        <p className="digest">
          Public key of the signed places: <code>{verification.publicKey}</code>
        </p>
      )}
    </>
  );
}
