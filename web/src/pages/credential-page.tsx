import { Link, useNavigate, useParams } from "react-router";
import { AssessmentForm } from "../components/assessment-form.tsx";
import { CredentialFacts } from "../components/credential-facts.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { OutcomeList } from "../components/outcome-list.tsx";
import { PathwayList } from "../components/pathway-list.tsx";
import { PrerequisiteList } from "../components/prerequisite-list.tsx";
import { RecognitionTable } from "../components/recognition-table.tsx";
import { credentialTypes, humanise, label } from "../format/labels.ts";
import { addressOfAssessment } from "./assessment-question.ts";
import { addressOfRecommendations } from "./recommendation-question.ts";
import { useCredential } from "./use-credential.ts";

export function CredentialPage() {
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const credential = useCredential(id);

  if (credential.isPending) {
    return <Loading>Loading the micro-credential…</Loading>;
  }
  if (credential.isError) {
    return (
      <>
        <title>Micro-credential – BCCB</title>
        <h1>Micro-credential</h1>
        <ErrorNotice
          error={credential.error}
          title="The micro-credential cannot be shown"
          onRetry={() => void credential.refetch()}
        />
      </>
    );
  }

  const found = credential.data;
  return (
    <>
      <title>{`${found.title} – BCCB`}</title>
      <div className="title-block">
        <p className="eyebrow">
          {label(credentialTypes, found.credentialType)}
          {found.institution != null && ` · ${found.institution.name}`}
        </p>
        <h1>{found.title}</h1>
        {found.status != null && found.status !== "PUBLISHED" && (
          <p className="tag">{humanise(found.status)}</p>
        )}
        {found.description != null && found.description !== "" && <p className="lead">{found.description}</p>}
      </div>
      <div className="columns">
        <div className="columns__main">
          <OutcomeList outcomes={found.outcomes ?? []} />
          <PrerequisiteList prerequisites={found.prerequisites ?? []} />
          <RecognitionTable recognitions={found.recognitions ?? []} />
          <PathwayList pathways={found.pathways ?? []} />
        </div>
        <div className="columns__side">
          <section className="card card--accent" aria-labelledby="assess-heading">
            <h2 id="assess-heading">Would an institution accept this?</h2>
            <p>Compares the outcomes with what the institution teaches, one by one, and says why.</p>
            <AssessmentForm onAsk={(question) => void navigate(addressOfAssessment(id, question))} />
          </section>
          <section className="card" aria-labelledby="lead-heading">
            <h2 id="lead-heading">Where could this lead?</h2>
            <p>Programs of other institutions that its learners could continue with, and why.</p>
            <p>
              <Link to={addressOfRecommendations(id)}>Recommend pathways</Link>
            </p>
          </section>
          <CredentialFacts credential={found} />
        </div>
      </div>
    </>
  );
}
