import type { SubmitEvent } from "react";
import { formatScore } from "../format/numbers.ts";
import type { RecommendationQuestion } from "../pages/recommendation-question.ts";
import { textValue } from "./form-values.ts";
import { InstitutionField } from "./institution-field.tsx";
import { SelectField } from "./select-field.tsx";

interface RecommendationFormProps {
  question: RecommendationQuestion;
  onAsk: (question: RecommendationQuestion) => void;
}

const STEPS = [0.8, 0.6, 0.4, 0.2];

/** The confidences that are offered, with the one that the address asks for, highest first. */
function confidences(asked: number): Record<string, string> {
  const offered = STEPS.includes(asked) ? STEPS : [...STEPS, asked].toSorted((a, b) => b - a);
  return Object.fromEntries(offered.map((step) => [`${step}`, `${formatScore(step)} or more`]));
}

export function RecommendationForm({ question, onAsk }: RecommendationFormProps) {
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onAsk({
      targetInstitutionId: textValue(form, "targetInstitutionId"),
      minConfidence: Number(textValue(form, "minConfidence")),
    });
  }

  return (
    <form className="assessment-form" onSubmit={submit}>
      <InstitutionField
        name="targetInstitutionId"
        label="To which institution"
        empty="Any other institution"
        defaultValue={question.targetInstitutionId}
      />
      <SelectField
        name="minConfidence"
        label="Confidence"
        options={confidences(question.minConfidence)}
        defaultValue={`${question.minConfidence}`}
      />
      <button type="submit" className="button">
        Recommend
      </button>
    </form>
  );
}
