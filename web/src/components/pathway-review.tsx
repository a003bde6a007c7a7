import type { SubmitEvent } from "react";
import { textValue } from "./form-values.ts";
import { TextAreaField } from "./text-area-field.tsx";

interface PathwayReviewProps {
  isBusy: boolean;
  problem: (field: string) => string | undefined;
  onReview: (step: "approve" | "reject", body: object) => void;
}

/** The decision of the institution that a pathway leads to: agreed, with notes, or sent back with a reason. */
export function PathwayReview({ isBusy, problem, onReview }: PathwayReviewProps) {
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget, event.nativeEvent.submitter);
    const words = textValue(form, "words");
    if (form.get("step") === "reject") {
      onReview("reject", { reason: words });
    } else {
      onReview("approve", words === "" ? {} : { notes: words });
    }
  }

  return (
    <form className="stack" onSubmit={submit}>
      <TextAreaField
        name="words"
        label="Your notes; to send it back, what has to change"
        maxLength={5000}
        problem={problem("reason") ?? problem("notes")}
      />
      <div className="actions">
        <button type="submit" className="button" name="step" value="approve" disabled={isBusy}>
          Approve
        </button>
        <button type="submit" className="button button--quiet" name="step" value="reject" disabled={isBusy}>
          Send back
        </button>
      </div>
    </form>
  );
}
