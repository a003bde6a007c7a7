import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import type { User } from "../api/types.ts";
import { listWebhooks } from "../api/webhooks.ts";
import { AdministratorsOnly } from "../components/administrators-only.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { PageLinks } from "../components/page-links.tsx";
import { WebhookForm } from "../components/webhook-form.tsx";
import { WebhookList } from "../components/webhook-list.tsx";
import { useApp } from "../session/app-context.ts";
import { pageNumber } from "./page-number.ts";

export function WebhooksPage() {
  return (
    <>
      <title>Webhooks – BCCB</title>
      <div className="title-block">
        <h1>Webhooks</h1>
        <p className="lead">Your own systems hear of changes as they happen, with signed messages.</p>
      </div>
      <AdministratorsOnly what="Webhooks are" deed="manage webhooks">
        {({ user }) => <Webhooks user={user} />}
      </AdministratorsOnly>
    </>
  );
}

function Webhooks({ user }: { user: User }) {
  const { client } = useApp();
  const [parameters] = useSearchParams();
  const page = pageNumber(parameters);
  const webhooks = useQuery({
    queryKey: ["webhooks", page],
    queryFn: ({ signal }) => listWebhooks(client, page, signal),
    staleTime: 0,
  });
  return (
    <>
      <WebhookForm user={user} />
      {webhooks.isPending && <Loading>Loading the webhooks…</Loading>}
      {webhooks.isError && (
        <ErrorNotice
          error={webhooks.error}
          title="The webhooks cannot be shown"
          onRetry={() => void webhooks.refetch()}
        />
      )}
      {webhooks.isSuccess && (
        <>
          <WebhookList webhooks={webhooks.data.items} />
          <PageLinks pagination={webhooks.data.pagination} parameters={parameters} />
        </>
      )}
    </>
  );
}
