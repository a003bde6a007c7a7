import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { problemOf } from "../api/field-problem.ts";
import { IdempotentAttempts } from "../api/idempotency.ts";
import type { NewWebhook } from "../api/administration-types.ts";
import type { User } from "../api/types.ts";
import { createWebhook } from "../api/webhooks.ts";
import { useApp } from "../session/app-context.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { EventTypeFields } from "./event-type-fields.tsx";
import { textValue } from "./form-values.ts";
import { InstitutionField } from "./institution-field.tsx";
import { SecretNotice } from "./secret-notice.tsx";
import { TextField } from "./text-field.tsx";

interface WebhookFormProps {
  user: User;
}

function webhookOf(form: FormData): NewWebhook {
  const eventTypes = form.getAll("eventTypes").filter((value) => typeof value === "string");
  const institutionId = textValue(form, "institutionId");
  return {
    url: textValue(form, "url"),
    ...(eventTypes.length === 0 ? {} : { eventTypes }),
    ...(institutionId === "" ? {} : { institutionId }),
  };
}

export function WebhookForm({ user }: WebhookFormProps) {
  const { client } = useApp();
  const queries = useQueryClient();
  const [attempts] = useState(() => new IdempotentAttempts());
  const make = useMutation({
    mutationFn: (webhook: NewWebhook) =>
      attempts.run(webhook, (body, key) => createWebhook(client, body, key)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    make.mutate(webhookOf(new FormData(event.currentTarget)));
  }

  return (
    <section className="card" aria-labelledby="webhook-heading">
      <h2 id="webhook-heading">Make a webhook</h2>
      {make.isError && <ErrorNotice error={make.error} title="There is no webhook" />}
      <SecretNotice title="The webhook is made" secret={make.data?.secret ?? null} />
      <form className="stack" onSubmit={submit}>
        <div className="form-grid">
          <TextField
            name="url"
            label="Address that takes the messages (https)"
            type="url"
            pattern="https://.+"
            autoComplete="off"
            required
            problem={problemOf(make.error, "url")}
          />
          {user.institutionId == null && (
            <InstitutionField
              name="institutionId"
              label="Institution"
              empty="The platform: hears everything"
              problem={problemOf(make.error, "institutionId")}
            />
          )}
        </div>
        <EventTypeFields problem={problemOf(make.error, "eventTypes")} />
        <button type="submit" className="button" disabled={make.isPending}>
          {make.isPending ? "Making the webhook…" : "Make the webhook"}
        </button>
      </form>
    </section>
  );
}
