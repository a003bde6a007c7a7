import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changePassword } from "../api/account.ts";
import { useApp } from "../session/app-context.ts";
import { AccountForm } from "./account-form.tsx";
import { DoneNotice } from "./done-notice.tsx";
import { textValue } from "./form-values.ts";
import { NewPasswordField } from "./new-password-field.tsx";
import { PasswordField } from "./password-field.tsx";

export function ChangePassword() {
  const { client } = useApp();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (form: FormData) =>
      changePassword(client, textValue(form, "currentPassword"), textValue(form, "newPassword")),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });

  return (
    <AccountForm
      heading="Password"
      attempt={change}
      valuesOf={(form) => form}
      failure="The password was not changed"
      done={
        <DoneNotice title={change.isSuccess ? "The password was changed" : null}>
          <p>Every other session has ended.</p>
        </DoneNotice>
      }
      submit={["Change the password", "Changing the password…"]}
      empties
    >
      {(problem) => (
        <>
          <PasswordField
            name="currentPassword"
            label="Current password"
            autoComplete="current-password"
            required
            problem={problem("currentPassword")}
          />
          <NewPasswordField name="newPassword" label="New password" problem={problem("newPassword")} />
        </>
      )}
    </AccountForm>
  );
}
