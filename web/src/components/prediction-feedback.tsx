import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { giveFeedback } from "../api/feedback.ts";
import { problemOf } from "../api/field-problem.ts";
import type { NewFeedback } from "../api/recommendation-types.ts";
import { feedbackVerdicts, ratings } from "../format/labels.ts";
import { useApp } from "../session/app-context.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { SelectField } from "./select-field.tsx";
import { TextAreaField } from "./text-area-field.tsx";

interface PredictionFeedbackProps {
  predictionId: string;
}

/** What the person made of an answer. It can be said again; the last word counts. */
export function PredictionFeedback({ predictionId }: PredictionFeedbackProps) {
  const { client } = useApp();
  const feedback = useMutation({ mutationFn: (given: NewFeedback) => giveFeedback(client, given) });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const rating = textValue(form, "rating");
    const comment = textValue(form, "comment");
    feedback.mutate({
      predictionId,
      verdict: textValue(form, "verdict"),
      ...(rating === "" ? {} : { rating: Number(rating) }),
      ...(comment === "" ? {} : { comment }),
    });
  }

  return (
    <section className="card no-print" aria-labelledby="feedback-heading">
      <h2 id="feedback-heading">What did you make of it?</h2>
      <p className="hint">
        Your word helps to judge the model. It is no decision about the micro-credential.
      </p>
      {feedback.isError && <ErrorNotice error={feedback.error} title="Your word is not recorded" />}
      <DoneNotice title={feedback.isSuccess ? "Thank you" : null}>
        <p>Your word is recorded. Say it again to change it.</p>
      </DoneNotice>
      <form className="stack" onSubmit={submit}>
        <div className="form-grid">
          <SelectField
            name="verdict"
            label="The answer was"
            empty="Choose one"
            options={feedbackVerdicts}
            required
            problem={problemOf(feedback.error, "verdict")}
          />
          <SelectField
            name="rating"
            label="Rating"
            empty="No rating"
            options={ratings}
            problem={problemOf(feedback.error, "rating")}
          />
          <TextAreaField
            name="comment"
            label="Comment"
            maxLength={5000}
            problem={problemOf(feedback.error, "comment")}
          />
        </div>
        <button type="submit" className="button button--quiet" disabled={feedback.isPending}>
          {feedback.isPending ? "Sending…" : "Send"}
        </button>
      </form>
    </section>
  );
}
