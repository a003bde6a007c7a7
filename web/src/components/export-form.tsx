import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { exportCredentials, type ExportQuestion } from "../api/exchange.ts";
import { problemOf } from "../api/field-problem.ts";
import type { User } from "../api/types.ts";
import { today } from "../format/dates.ts";
import { credentialStatuses, fileFormats } from "../format/labels.ts";
import { formatBytes } from "../format/numbers.ts";
import { useApp } from "../session/app-context.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { InstitutionField } from "./institution-field.tsx";
import { saveFile } from "./save-file.ts";
import { SelectField } from "./select-field.tsx";

interface ExportFormProps {
  user: User;
}

export function ExportForm({ user }: ExportFormProps) {
  const { client } = useApp();
  const attempt = useMutation({
    mutationFn: (question: ExportQuestion) => exportCredentials(client, question),
    onSuccess: (file, { format }) => {
      saveFile(file, `micro-credentials-${today()}.${format}`);
    },
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt.mutate({
      format: textValue(form, "format"),
      status: textValue(form, "status"),
      institutionId: textValue(form, "institutionId"),
    });
  }

  return (
    <section className="card" aria-labelledby="export-heading">
      <h2 id="export-heading">Export</h2>
      <p className="hint">Of other institutions you get what is published. The export is put on record.</p>
      {attempt.isError && <ErrorNotice error={attempt.error} title="There is no file" />}
      <DoneNotice title={attempt.isSuccess ? "The file is among your downloads" : null}>
        {attempt.isSuccess && <p>{formatBytes(attempt.data.size)}</p>}
      </DoneNotice>
      <form className="assessment-form" onSubmit={submit}>
        <InstitutionField
          name="institutionId"
          label="Institution"
          empty="All institutions"
          defaultValue={user.institutionId ?? ""}
          problem={problemOf(attempt.error, "institutionId")}
        />
        <SelectField
          name="status"
          label="Status"
          empty="Any status"
          options={credentialStatuses}
          problem={problemOf(attempt.error, "status")}
        />
        <SelectField
          name="format"
          label="Shape of the file"
          options={fileFormats}
          problem={problemOf(attempt.error, "format")}
        />
        <button type="submit" className="button" disabled={attempt.isPending}>
          {attempt.isPending ? "Exporting…" : "Export"}
        </button>
      </form>
    </section>
  );
}
