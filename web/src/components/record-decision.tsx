import { useState } from "react";
import { Link } from "react-router";
import type { AssessmentReport, RecognitionSummary } from "../api/types.ts";
import type { AssessmentQuestion } from "../pages/assessment-question.ts";
import { useSession } from "../session/app-context.ts";
import { isAdministrator, mayRecordRecognition } from "../session/permissions.ts";
import { DoneNotice } from "./done-notice.tsx";
import { RecognitionForm } from "./recognition-form.tsx";

interface RecordDecisionProps {
  report: AssessmentReport;
  credentialId: string;
  institutionName: string;
  question: AssessmentQuestion;
  recognitions: RecognitionSummary[];
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
      <DoneNotice title={recordedId === null ? null : "The recognition is recorded"}>
        <p>
          {institutionName} now recognises this micro-credential. The decision is on record with your name.
        </p>
        {recordedId !== null && isAdministrator(user) && (
          <p>
            <Link
              to={`/audit?${new URLSearchParams({ entityType: "RECOGNITION", entityId: recordedId }).toString()}`}
            >
              Show it in the audit log
            </Link>
          </p>
        )}
      </DoneNotice>
    </section>
  );
}
