import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { getPathway } from "../api/pathways.ts";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { PathwayFacts } from "../components/pathway-facts.tsx";
import { PathwayWorkflow } from "../components/pathway-workflow.tsx";
import { label, pathwayStatuses } from "../format/labels.ts";
import { useApp } from "../session/app-context.ts";

export function PathwayPage() {
  const { id = "" } = useParams();
  const { client } = useApp();
  const pathway = useQuery({
    queryKey: ["pathway", id],
    queryFn: ({ signal }) => getPathway(client, id, signal),
    staleTime: 0,
  });

  if (pathway.isPending) {
    return <Loading>Loading the pathway…</Loading>;
  }
  if (pathway.isError) {
    return (
      <>
        <title>Pathway – BCCB</title>
        <h1>Pathway</h1>
        <ErrorNotice
          error={pathway.error}
          title="The pathway cannot be shown"
          onRetry={() => void pathway.refetch()}
        />
      </>
    );
  }
  const found = pathway.data;
  return (
    <>
      <title>{`${found.name} – BCCB`}</title>
      <div className="title-block">
        <p className="eyebrow">
          <Link to={`/credentials/${found.microCredentialId}`}>{found.microCredentialTitle}</Link>
        </p>
        <h1>{found.name}</h1>
        <p className="tag">{label(pathwayStatuses, found.status)}</p>
        {found.description != null && <p className="lead">{found.description}</p>}
      </div>
      <PathwayFacts pathway={found} />
      <PathwayWorkflow pathway={found} />
    </>
  );
}
