import { useMutation, useQueryClient } from "@tanstack/react-query";
import { problemOf } from "../api/field-problem.ts";
import type { Pathway, PathwayStep } from "../api/pathway-types.ts";
import { takeStep } from "../api/pathways.ts";
import { label, pathwaySteps, pathwayStatuses } from "../format/labels.ts";
import { useApp, useSession } from "../session/app-context.ts";
import { stepsFor } from "../session/pathway-steps.ts";
import { ConfirmedButton } from "./confirmed-button.tsx";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { PathwayReview } from "./pathway-review.tsx";

interface PathwayWorkflowProps {
  pathway: Pathway;
}

interface Move {
  step: PathwayStep;
  body?: object;
}

/** What the person can do with a pathway as it stands. */
export function PathwayWorkflow({ pathway }: PathwayWorkflowProps) {
  const { client } = useApp();
  const session = useSession();
  const queries = useQueryClient();
  const move = useMutation({
    mutationFn: ({ step, body }: Move) => takeStep(client, pathway, step, body),
    onSuccess: (moved) => {
      queries.setQueryData(["pathway", pathway.id], moved);
      void queries.invalidateQueries({ queryKey: ["credential", pathway.microCredentialId] });
      void queries.invalidateQueries({ queryKey: ["audit"] });
    },
    // Somebody else may have been quicker: what is shown then is not what is.
    onError: () => queries.invalidateQueries({ queryKey: ["pathway", pathway.id] }),
  });
  if (session === null) {
    return null;
  }
  const steps = stepsFor(session.user, pathway);
  if (steps.length === 0 && move.isIdle) {
    return null;
  }

  return (
    <section className="card" aria-labelledby="workflow-heading">
      <h2 id="workflow-heading">What happens next</h2>
      {move.isError && <ErrorNotice error={move.error} title="The pathway stands where it stood" />}
      <DoneNotice
        title={move.isSuccess ? `Recorded: ${label(pathwayStatuses, pathway.status).toLowerCase()}` : null}
      />
      {steps.includes("approve") && (
        <PathwayReview
          isBusy={move.isPending}
          problem={(field) => problemOf(move.error, field)}
          onReview={(step, body) => {
            move.mutate({ step, body });
          }}
        />
      )}
      <div className="actions">
        {steps
          .filter((step) => step !== "approve" && step !== "reject")
          .map((step) => (
            <ConfirmedButton
              key={step}
              words={label(pathwaySteps, step)}
              about={pathway.name}
              confirm={`${label(pathwaySteps, step)}: yes`}
              disabled={move.isPending}
              onConfirm={() => {
                move.mutate({ step });
              }}
            />
          ))}
      </div>
      {steps.length === 0 && <p className="hint">Now it is the turn of others.</p>}
    </section>
  );
}
