import { useState } from "react";
import { Link } from "react-router";
import type { AssessmentReport, RecognitionSummary } from "../api/types.ts";
import type { AssessmentQuestion } from "../pages/assessment-question.ts";
import { useSession } from "../session/app-context.ts";
import { mayReadAudit, mayRecordRecognition } from "../session/permissions.ts";
import { RecognitionForm } from "./recognition-form.tsx";

interface RecordDecisionProps {
  report: AssessmentReport;
  credentialId: string;
  institutionName: string;
  question: AssessmentQuestion;
  recognitions: RecognitionSummary[];
}

/** The form that held focus is gone; a stable function, so that it runs once. */
function focusOnMount(notice: HTMLElement | null) {
  notice?.focus();
}

export function RecordDecision({
  report,
  credentialId,
  institutionName,
  question,
  recognitions,
}: RecordDecisionProps) {
  const session = useSession();
  const [recordedId, setRecordedId] = useState<string | null>(null);
  if (session === null) {
    return null;
  }
  const { user } = session;
  const own = recognitions.filter(
    (recognition) =>
      recognition.recognizingInstitution.id === question.institutionId && recognition.isActive !== false,
  );
  return (
    <section className="card no-print" aria-labelledby="decision-heading">
      <h2 id="decision-heading">Record the decision</h2>
      {!mayRecordRecognition(user, question.institutionId) && (
        <p className="hint">An administrator of {institutionName} can record a recognition here.</p>
      )}
      {mayRecordRecognition(user, question.institutionId) && recordedId === null && (
        <>
          {own.length > 0 && (
            <p className="notice">
              {institutionName} already recognises this micro-credential; see its page for what is in force.
            </p>
          )}
          <RecognitionForm
            report={report}
            credentialId={credentialId}
            question={question}
            onRecorded={(recognition) => {
              setRecordedId(recognition.id);
            }}
          />
        </>
      )}
      {/* Present from the start, so that the announcement is heard when it fills. */}
      <div role="status">
        {recordedId !== null && (
          <div className="notice notice--success" tabIndex={-1} ref={focusOnMount}>
            <p className="notice__title">The recognition is recorded</p>
            <p>
              {institutionName} now recognises this micro-credential. The decision is on record with your
              name.
            </p>
            {mayReadAudit(user) && (
              <p>
                <Link
                  to={`/audit?${new URLSearchParams({ entityType: "RECOGNITION", entityId: recordedId }).toString()}`}
                >
                  Show it in the audit log
                </Link>
              </p>
            )}
          </div>
        )}
      </div>
    </section>
  );
}
