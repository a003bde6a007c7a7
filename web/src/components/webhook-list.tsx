import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Webhook } from "../api/administration-types.ts";
import { removeWebhook, rotateSecret } from "../api/webhooks.ts";
import { formatMoment } from "../format/dates.ts";
import { useApp } from "../session/app-context.ts";
import { ConfirmedButton } from "./confirmed-button.tsx";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { SecretNotice } from "./secret-notice.tsx";

interface WebhookListProps {
  webhooks: Webhook[];
}

function state(webhook: Webhook): string {
  if (!webhook.isActive) {
    return `Disabled: ${webhook.disabledReason ?? "it failed for long"}`;
  }
  return webhook.consecutiveFailures === 0
    ? "Active"
    : `Active; the last ${webhook.consecutiveFailures} attempts failed`;
}

export function WebhookList({ webhooks }: WebhookListProps) {
  const { client } = useApp();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["webhooks"] });
  const rotate = useMutation({ mutationFn: (id: string) => rotateSecret(client, id), onSuccess });
  const remove = useMutation({ mutationFn: (id: string) => removeWebhook(client, id), onSuccess });
  const isBusy = rotate.isPending || remove.isPending;

  return (
    <section className="card" aria-labelledby="webhooks-heading">
      <h2 id="webhooks-heading">Webhooks</h2>
      {rotate.isError && <ErrorNotice error={rotate.error} title="The secret is as it was" />}
      {remove.isError && <ErrorNotice error={remove.error} title="The webhook was not removed" />}
      <SecretNotice title="The webhook has a new secret" secret={rotate.data?.secret ?? null} />
      <DoneNotice title={remove.isSuccess ? "The webhook is removed" : null} />
      {webhooks.length === 0 ? (
        <p className="hint">There is no webhook yet.</p>
      ) : (
        <ul className="outcomes">
          {webhooks.map((webhook) => (
            <li key={webhook.id}>
              <p>
                <strong>{webhook.url}</strong>
              </p>
              <p className="hint">
                {state(webhook)} · made {formatMoment(webhook.createdAt)}
              </p>
              <p className="hint">
                Hears of {webhook.eventTypes.length === 0 ? "everything" : webhook.eventTypes.join(", ")}
              </p>
              <div className="actions">
                <Link to={`/webhooks/${webhook.id}`}>
                  What was sent<span className="visually-hidden"> to {webhook.url}</span>
                </Link>
                <ConfirmedButton
                  words="New secret"
                  about={webhook.url}
                  confirm="Give it a new secret"
                  disabled={isBusy}
                  onConfirm={() => {
                    rotate.mutate(webhook.id);
                  }}
                />
                <ConfirmedButton
                  words="Remove"
                  about={webhook.url}
                  confirm="Remove it with all that was sent"
                  disabled={isBusy}
                  onConfirm={() => {
                    remove.mutate(webhook.id);
                  }}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
