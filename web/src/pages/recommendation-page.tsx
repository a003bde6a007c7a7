import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { recommendPathways } from "../api/recommendations.ts";
import type { RecommendationRequest } from "../api/recommendation-types.ts";
import type { MicroCredential } from "../api/types.ts";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { RecommendationForm } from "../components/recommendation-form.tsx";
import { RecommendedPathways } from "../components/recommended-pathways.tsx";
import { SignInForm } from "../components/sign-in-form.tsx";
import { useApp, useSession } from "../session/app-context.ts";
import { focusContent } from "./focus-content.ts";
import {
  addressOfRecommendations,
  recommendationFromAddress,
  type RecommendationQuestion,
} from "./recommendation-question.ts";
import { useCredential } from "./use-credential.ts";

export function RecommendationPage() {
  const { id = "" } = useParams();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const session = useSession();
  const credential = useCredential(id);
  const question = recommendationFromAddress(parameters);
  const title = credential.data?.title ?? "this micro-credential";

  return (
    <>
      <title>{`Where ${title} could lead – BCCB`}</title>
      <div className="title-block">
        <p className="eyebrow">
          <Link to={`/credentials/${id}`}>{title}</Link>
        </p>
        <h1>Where could this lead?</h1>
        <p className="lead">
          Programs that its learners could continue with, and why. People at the institutions decide.
        </p>
      </div>
      <section className="card" aria-labelledby="question-heading">
        <h2 id="question-heading">The question</h2>
        <RecommendationForm
          key={parameters.toString()}
          question={question}
          onAsk={(next) => void navigate(addressOfRecommendations(id, next))}
        />
      </section>
      {session === null && (
        <SignInForm
          reason="Recommendations are for people who are signed in. Yours continue right after."
          onSignedIn={focusContent}
        />
      )}
      {session !== null && credential.isError && (
        <ErrorNotice
          error={credential.error}
          title="The micro-credential cannot be shown"
          onRetry={() => void credential.refetch()}
        />
      )}
      {session !== null && credential.isSuccess && (
        <Answer key={parameters.toString()} credential={credential.data} question={question} />
      )}
    </>
  );
}

interface AnswerProps {
  credential: MicroCredential;
  question: RecommendationQuestion;
}

/** Asked once per question: every answer is stored by the service as a prediction of its own. */
function Answer({ credential, question }: AnswerProps) {
  const { client } = useApp();
  const { targetInstitutionId, minConfidence } = question;
  const request: RecommendationRequest = {
    microCredentialId: credential.id,
    minConfidence,
    ...(targetInstitutionId === "" ? {} : { targetInstitutionId }),
  };
  const answer = useQuery({
    queryKey: ["recommendations", request],
    queryFn: ({ signal }) => recommendPathways(client, request, signal),
    staleTime: Infinity,
  });
  if (answer.isPending) {
    return <Loading>Comparing with what others teach…</Loading>;
  }
  if (answer.isError) {
    return (
      <ErrorNotice
        error={answer.error}
        title="The recommendations did not work"
        onRetry={() => void answer.refetch()}
      />
    );
  }
  return <RecommendedPathways answer={answer.data} credential={credential} request={request} />;
}
