import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { AssessmentForm } from "../components/assessment-form.tsx";
import { AssessmentReportView } from "../components/assessment-report-view.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { PredictionFeedback } from "../components/prediction-feedback.tsx";
import { RecordDecision } from "../components/record-decision.tsx";
import { SignInForm } from "../components/sign-in-form.tsx";
import { useSession } from "../session/app-context.ts";
import { addressOfAssessment, type AssessmentQuestion, questionFromAddress } from "./assessment-question.ts";
import { focusContent } from "./focus-content.ts";
import { useAssessment } from "./use-assessment.ts";
import { useCredential } from "./use-credential.ts";
import { useInstitutions } from "./use-institutions.ts";

export function AssessmentPage() {
  const { id = "" } = useParams();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const session = useSession();
  const credential = useCredential(id);
  const question = questionFromAddress(parameters);
  const title = credential.data?.title ?? "this micro-credential";

  return (
    <>
      <title>{`Assessment of ${title} – BCCB`}</title>
      <div className="title-block">
        <p className="eyebrow">
          <Link to={`/credentials/${id}`}>{title}</Link>
        </p>
        <h1>Would an institution accept this?</h1>
      </div>
      <section className="card no-print" aria-labelledby="question-heading">
        <h2 id="question-heading">The question</h2>
        <AssessmentForm
          key={parameters.toString()}
          question={question}
          onAsk={(next) => void navigate(addressOfAssessment(id, next))}
        />
      </section>
      {question !== null && session === null && (
        <SignInForm
          reason="Assessments are for people who are signed in. Yours continues right after."
          onSignedIn={focusContent}
        />
      )}
      {question !== null && session !== null && (
        <Answer key={parameters.toString()} credentialId={id} title={title} question={question} />
      )}
    </>
  );
}

interface AnswerProps {
  credentialId: string;
  title: string;
  question: AssessmentQuestion;
}

function Answer({ credentialId, title, question }: AnswerProps) {
  const institutions = useInstitutions();
  const credential = useCredential(credentialId);
  const report = useAssessment(credentialId, question);
  if (report.isPending) {
    return <Loading>Comparing the outcomes…</Loading>;
  }
  if (report.isError) {
    return (
      <ErrorNotice
        error={report.error}
        title="The assessment did not work"
        onRetry={() => void report.refetch()}
      />
    );
  }
  const institution = institutions.data?.find((candidate) => candidate.id === question.institutionId);
  const institutionName = institution?.name ?? "the institution";
  return (
    <>
      <AssessmentReportView
        report={report.data}
        credentialTitle={title}
        institutionName={institutionName}
        recognitionType={question.recognitionType}
      />
      <RecordDecision
        report={report.data}
        credentialId={credentialId}
        institutionName={institutionName}
        question={question}
        recognitions={credential.data?.recognitions ?? []}
      />
      {report.data.predictionId != null && <PredictionFeedback predictionId={report.data.predictionId} />}
    </>
  );
}
