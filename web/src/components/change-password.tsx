import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useRef } from "react";
import { changePassword } from "../api/account.ts";
import { problemOf } from "../api/field-problem.ts";
import { useApp } from "../session/app-context.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { PasswordField } from "./password-field.tsx";

export function ChangePassword() {
  const { client } = useApp();
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (form: FormData) =>
      changePassword(client, textValue(form, "currentPassword"), textValue(form, "newPassword")),
    onSuccess: () => {
      fields.current?.reset();
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    change.mutate(new FormData(event.currentTarget));
  }

  return (
    <section className="card account-form" aria-labelledby="password-heading">
      <h2 id="password-heading">Password</h2>
      {change.isError && <ErrorNotice error={change.error} title="The password was not changed" />}
      <DoneNotice title={change.isSuccess ? "The password was changed" : null}>
        <p>Every other session has ended.</p>
      </DoneNotice>
      <form className="stack" onSubmit={submit} ref={fields}>
        <PasswordField
          name="currentPassword"
          label="Current password"
          autoComplete="current-password"
          required
          problem={problemOf(change.error, "currentPassword")}
        />
        <PasswordField
          name="newPassword"
          label="New password"
          autoComplete="new-password"
          rules
          required
          problem={problemOf(change.error, "newPassword")}
        />
        <button type="submit" className="button" disabled={change.isPending}>
          {change.isPending ? "Changing the password…" : "Change the password"}
        </button>
      </form>
    </section>
  );
}
