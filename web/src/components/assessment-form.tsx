import type { SubmitEvent } from "react";
import { recognitionTypes } from "../format/labels.ts";
import type { AssessmentQuestion } from "../pages/assessment-question.ts";
import { textValue } from "./form-values.ts";
import { InstitutionField } from "./institution-field.tsx";
import { SelectField } from "./select-field.tsx";

interface AssessmentFormProps {
  question?: AssessmentQuestion | null;
  onAsk: (question: AssessmentQuestion) => void;
}

export function AssessmentForm({ question = null, onAsk }: AssessmentFormProps) {
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onAsk({
      institutionId: textValue(form, "institutionId"),
      recognitionType: textValue(form, "recognitionType"),
    });
  }

  return (
    <form className="assessment-form" onSubmit={submit}>
      <InstitutionField
        name="institutionId"
        label="Institution"
        empty="Choose an institution"
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
