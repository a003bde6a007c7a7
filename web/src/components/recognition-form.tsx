import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { problemOf } from "../api/field-problem.ts";
import { IdempotentAttempts } from "../api/idempotency.ts";
import { recordRecognition } from "../api/recognitions.ts";
import type { AssessmentReport, NewRecognition } from "../api/types.ts";
import { today } from "../format/dates.ts";
import { creditTypes, recognitionTypes, transcriptMethods } from "../format/labels.ts";
import type { AssessmentQuestion } from "../pages/assessment-question.ts";
import { useApp } from "../session/app-context.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { SelectField } from "./select-field.tsx";
import { TextAreaField } from "./text-area-field.tsx";
import { TextField } from "./text-field.tsx";

interface RecognitionFormProps {
  report: AssessmentReport;
  credentialId: string;
  question: AssessmentQuestion;
  onRecorded: (recognition: { id: string }) => void;
}

const MOST_CREDITS = 60;

export function RecognitionForm({ report, credentialId, question, onRecorded }: RecognitionFormProps) {
  const { client } = useApp();
  const queries = useQueryClient();
  const [attempts] = useState(() => new IdempotentAttempts());
  const record = useMutation({
    mutationFn: (recognition: NewRecognition) =>
      attempts.run(recognition, (body, key) => recordRecognition(client, body, key)),
    onSuccess: (recognition) => {
      void queries.invalidateQueries({ queryKey: ["credential", credentialId] });
      void queries.invalidateQueries({ queryKey: ["audit"] });
      onRecorded(recognition);
    },
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const conditions = textValue(form, "conditions");
    const notes = textValue(form, "notes");
    record.mutate({
      microCredentialId: credentialId,
      recognizingInstitutionId: question.institutionId,
      recognitionType: textValue(form, "recognitionType"),
      creditValue: Number(textValue(form, "creditValue")),
      creditType: textValue(form, "creditType"),
      transcriptMethod: textValue(form, "transcriptMethod"),
      effectiveDate: textValue(form, "effectiveDate"),
      ...(conditions === "" ? {} : { conditions }),
      ...(notes === "" ? {} : { notes }),
    });
  }

  return (
    <form className="stack" onSubmit={submit}>
      {record.isError && <ErrorNotice error={record.error} title="The recognition is not recorded" />}
      <div className="form-grid">
        <SelectField
          name="recognitionType"
          label="Kind of recognition"
          options={recognitionTypes}
          defaultValue={question.recognitionType}
          problem={problemOf(record.error, "recognitionType")}
        />
        <TextField
          name="creditValue"
          label="Credits"
          type="number"
          min={0}
          max={MOST_CREDITS}
          step="any"
          defaultValue={report.assessment.creditValue ?? ""}
          required
          problem={problemOf(record.error, "creditValue")}
        />
        <SelectField
          name="creditType"
          label="Counts as"
          options={creditTypes}
          defaultValue={report.assessment.creditType ?? "ELECTIVE"}
          problem={problemOf(record.error, "creditType")}
        />
        <SelectField
          name="transcriptMethod"
          label="On the transcript"
          options={transcriptMethods}
          defaultValue="LISTED_ON_TRANSCRIPT"
          problem={problemOf(record.error, "transcriptMethod")}
        />
        <TextField
          name="effectiveDate"
          label="In force from"
          type="date"
          defaultValue={today()}
          required
          problem={problemOf(record.error, "effectiveDate")}
        />
        <TextAreaField
          name="conditions"
          label="Conditions"
          defaultValue={(report.conditions ?? []).join("\n")}
          problem={problemOf(record.error, "conditions")}
        />
        <TextAreaField name="notes" label="Notes" problem={problemOf(record.error, "notes")} />
      </div>
      <button type="submit" className="button" disabled={record.isPending}>
        {record.isPending ? "Recording…" : "Record recognition"}
      </button>
    </form>
  );
}
