import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { problemOf } from "../api/field-problem.ts";
import { IdempotentAttempts } from "../api/idempotency.ts";
import { requestReport } from "../api/reports.ts";
import type { NewReport } from "../api/administration-types.ts";
import type { User } from "../api/types.ts";
import { lastMonth } from "../format/dates.ts";
import { reportKinds } from "../format/labels.ts";
import { useApp } from "../session/app-context.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { InstitutionField } from "./institution-field.tsx";
import { SelectField } from "./select-field.tsx";
import { TextField } from "./text-field.tsx";

interface ReportRequestFormProps {
  user: User;
}

/** The fields that were filled in; those that the kind does not have are not in the form. */
function reportOf(form: FormData): NewReport {
  const report: NewReport = { kind: textValue(form, "kind") };
  for (const name of ["institutionId", "periodStart", "periodEnd"] as const) {
    const value = textValue(form, name);
    if (value !== "") {
      report[name] = value;
    }
  }
  return report;
}

export function ReportRequestForm({ user }: ReportRequestFormProps) {
  const { client } = useApp();
  const queries = useQueryClient();
  const [attempts] = useState(() => new IdempotentAttempts());
  const [kind, setKind] = useState("DECISIONS");
  const [usual] = useState(() => lastMonth());
  const request = useMutation({
    mutationFn: (report: NewReport) => attempts.run(report, (body, key) => requestReport(client, body, key)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["reports"] }),
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    request.mutate(reportOf(new FormData(event.currentTarget)));
  }

  return (
    <section className="card" aria-labelledby="request-heading">
      <h2 id="request-heading">Ask for a report</h2>
      <p className="hint">
        {kind === "DECISIONS"
          ? "Recognitions given, changed and withdrawn, pathways agreed to and sent back, with who and when, as CSV. Each month is written down by itself once it is over."
          : "The micro-credentials of an institution, drafts too, as JSON lines that can be imported again."}
      </p>
      {request.isError && <ErrorNotice error={request.error} title="No report is being made" />}
      <DoneNotice title={request.isSuccess ? "The report is being made" : null}>
        <p>It stands in the list below as soon as it is ready, usually within seconds.</p>
      </DoneNotice>
      <form className="assessment-form" onSubmit={submit}>
        <SelectField
          name="kind"
          label="Report"
          options={reportKinds}
          value={kind}
          onChange={(event) => {
            setKind(event.target.value);
          }}
          problem={problemOf(request.error, "kind")}
        />
        {user.institutionId == null && (
          <InstitutionField
            name="institutionId"
            label="Institution"
            empty="All institutions"
            problem={problemOf(request.error, "institutionId")}
          />
        )}
        {kind === "DECISIONS" && (
          <>
            <TextField
              name="periodStart"
              label="First day"
              type="date"
              defaultValue={usual.first}
              required
              problem={problemOf(request.error, "periodStart")}
            />
            <TextField
              name="periodEnd"
              label="Last day"
              type="date"
              defaultValue={usual.last}
              required
              problem={problemOf(request.error, "periodEnd")}
            />
          </>
        )}
        <button type="submit" className="button" disabled={request.isPending}>
          {request.isPending ? "Asking…" : "Make the report"}
        </button>
      </form>
    </section>
  );
}
