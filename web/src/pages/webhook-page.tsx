import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams, useSearchParams } from "react-router";
import { getWebhook, listDeliveries, redeliver } from "../api/webhooks.ts";
import { AdministratorsOnly } from "../components/administrators-only.tsx";
import { DeliveryTable } from "../components/delivery-table.tsx";
import { DoneNotice } from "../components/done-notice.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Loading } from "../components/loading.tsx";
import { PageLinks } from "../components/page-links.tsx";
import { useApp } from "../session/app-context.ts";
import { pageNumber } from "./page-number.ts";

export function WebhookPage() {
  const { id = "" } = useParams();
  return (
    <>
      <title>What was sent – Webhooks – BCCB</title>
      <div className="title-block">
        <p className="eyebrow">
          <Link to="/webhooks">Webhooks</Link>
        </p>
        <h1>What was sent</h1>
      </div>
      <AdministratorsOnly what="Webhooks are" deed="manage webhooks">
        {() => <Deliveries id={id} />}
      </AdministratorsOnly>
    </>
  );
}

function Deliveries({ id }: { id: string }) {
  const { client } = useApp();
  const queries = useQueryClient();
  const [parameters] = useSearchParams();
  const page = pageNumber(parameters);
  const webhook = useQuery({
    queryKey: ["webhooks", "one", id],
    queryFn: ({ signal }) => getWebhook(client, id, signal),
  });
  const deliveries = useQuery({
    queryKey: ["deliveries", id, page],
    queryFn: ({ signal }) => listDeliveries(client, id, page, signal),
    staleTime: 0,
  });
  const again = useMutation({
    mutationFn: (deliveryId: string) => redeliver(client, id, deliveryId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["deliveries", id] }),
  });

  return (
    <>
      {webhook.isSuccess && <p className="lead">To {webhook.data.url}, in the last 30 days.</p>}
      {again.isError && <ErrorNotice error={again.error} title="The message is not sent again" />}
      <DoneNotice title={again.isSuccess ? "The message is sent again" : null} />
      {deliveries.isPending && <Loading>Loading what was sent…</Loading>}
      {deliveries.isError && (
        <ErrorNotice
          error={deliveries.error}
          title="What was sent cannot be shown"
          onRetry={() => void deliveries.refetch()}
        />
      )}
      {deliveries.isSuccess && (
        <>
          <DeliveryTable
            deliveries={deliveries.data.items}
            isBusy={again.isPending}
            onAgain={(deliveryId) => {
              again.mutate(deliveryId);
            }}
          />
          <PageLinks pagination={deliveries.data.pagination} parameters={parameters} />
        </>
      )}
    </>
  );
}
