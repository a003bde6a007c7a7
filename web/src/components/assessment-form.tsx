import type { SubmitEvent } from "react";
import { recognitionTypes } from "../format/labels.ts";
import type { AssessmentQuestion } from "../pages/assessment-question.ts";
import { useInstitutions } from "../pages/use-institutions.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { Loading } from "./loading.tsx";
import { SelectField } from "./select-field.tsx";

interface AssessmentFormProps {
  question?: AssessmentQuestion | null;
  onAsk: (question: AssessmentQuestion) => void;
}

export function AssessmentForm({ question = null, onAsk }: AssessmentFormProps) {
  const institutions = useInstitutions();
  if (institutions.isPending) {
    return <Loading>Loading the institutions…</Loading>;
  }
  if (institutions.isError) {
    return (
      <ErrorNotice
        error={institutions.error}
        title="The institutions cannot be listed"
        onRetry={() => void institutions.refetch()}
      />
    );
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onAsk({
      institutionId: textValue(form, "institutionId"),
      recognitionType: textValue(form, "recognitionType"),
    });
  }

  const names: Record<string, string> = {};
  for (const institution of institutions.data) {
    names[institution.id] = `${institution.name} (${institution.code})`;
  }
  return (
    <form className="assessment-form" onSubmit={submit}>
      <SelectField
        name="institutionId"
        label="Institution"
        empty="Choose an institution"
        options={names}
        defaultValue={question?.institutionId ?? ""}
        required
      />
      <SelectField
        name="recognitionType"
        label="Kind of recognition"
        options={recognitionTypes}
        defaultValue={question?.recognitionType ?? "FULL_CREDIT"}
      />
      <button type="submit" className="button">
        Assess
      </button>
    </form>
  );
}
