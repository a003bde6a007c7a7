import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { checkImport, importCredentials, type ImportOrder } from "../api/exchange.ts";
import { IdempotentAttempts } from "../api/idempotency.ts";
import type { User } from "../api/types.ts";
import { importModes } from "../format/labels.ts";
import { useApp } from "../session/app-context.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { importOrder } from "./import-order.ts";
import { ImportReportView } from "./import-report-view.tsx";
import { InstitutionField } from "./institution-field.tsx";
import { SelectField } from "./select-field.tsx";
import { TextField } from "./text-field.tsx";

interface ImportFormProps {
  user: User;
}

/** Two steps: the file is judged without writing anything, and a good one is then imported. */
export function ImportForm({ user }: ImportFormProps) {
  const { client } = useApp();
  const queries = useQueryClient();
  const [attempts] = useState(() => new IdempotentAttempts());
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<string>();
  const check = useMutation({ mutationFn: (order: ImportOrder) => checkImport(client, order) });
  const write = useMutation({
    mutationFn: (order: ImportOrder) => {
      const { name, size, lastModified } = order.file;
      const named = { ...order, file: { name, size, lastModified } };
      return attempts.run(named, (_body, key) => importCredentials(client, order, key));
    },
    onSuccess: () => queries.invalidateQueries(),
  });

  function forget() {
    setProblem(undefined);
    check.reset();
    write.reset();
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    forget();
    const form = new FormData(event.currentTarget);
    const order = importOrder(file, textValue(form, "mode"), textValue(form, "institutionId"));
    if (typeof order === "string") {
      setProblem(order);
    } else {
      check.mutate(order);
    }
  }

  return (
    <section className="card" aria-labelledby="import-heading">
      <h2 id="import-heading">Import</h2>
      <p className="hint">
        A file is imported as a whole or not at all. New micro-credentials become drafts. Check the file
        first: nothing is written by that.
      </p>
      <form className="assessment-form" onSubmit={submit} onChange={forget}>
        <TextField
          name="file"
          label="File (.csv, .jsonl or .ndjson)"
          type="file"
          accept=".csv,.jsonl,.ndjson"
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
          }}
          problem={problem}
        />
        <SelectField name="mode" label="What to do" options={importModes} />
        {user.institutionId == null && (
          <InstitutionField
            name="institutionId"
            label="Institution of rows that name none"
            empty="None: every row names its own"
          />
        )}
        <button type="submit" className="button" disabled={check.isPending || write.isPending}>
          {check.isPending ? "Checking…" : "Check the file"}
        </button>
      </form>
      {check.isError && <ErrorNotice error={check.error} title="The file was not checked" />}
      {write.isError && <ErrorNotice error={write.error} title="Nothing was imported" />}
      <DoneNotice title={write.isSuccess ? "The file is imported" : null}>
        {write.isSuccess && <ImportReportView report={write.data} />}
      </DoneNotice>
      {check.isSuccess && !write.isSuccess && (
        <ImportReportView report={check.data}>
          <button
            type="button"
            className="button"
            disabled={write.isPending}
            onClick={() => {
              write.mutate(check.variables);
            }}
          >
            {write.isPending ? "Importing…" : "Import the file"}
          </button>
        </ImportReportView>
      )}
    </section>
  );
}
