import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { updateProfile } from "../api/account.ts";
import type { ProfileChange } from "../api/types.ts";
import { useApp } from "../session/app-context.ts";
import type { Session } from "../session/session-store.ts";
import { AccountForm } from "./account-form.tsx";
import { DoneNotice } from "./done-notice.tsx";
import { EmailField } from "./email-field.tsx";
import { textValue } from "./form-values.ts";
import { NameFields } from "./name-fields.tsx";
import { PasswordField } from "./password-field.tsx";

interface OwnProfileProps {
  session: Session;
}

/** Name and address. Another address needs the password and counts once the mail to it has been answered. */
export function OwnProfile({ session }: OwnProfileProps) {
  const { client, sessions } = useApp();
  const [email, setEmail] = useState(session.user.email);
  const another = email.trim().toLowerCase() !== session.user.email.toLowerCase();
  const update = useMutation({
    mutationFn: (change: ProfileChange) => updateProfile(client, change),
    onSuccess: (user) => {
      const current = sessions.get();
      if (current !== null) {
        sessions.set({
          ...current,
          user: { ...current.user, firstName: user.firstName, lastName: user.lastName },
        });
      }
      setEmail(user.email);
    },
  });

  return (
    <AccountForm
      heading="Name and address"
      attempt={update}
      valuesOf={(form) => ({
        firstName: textValue(form, "firstName"),
        lastName: textValue(form, "lastName"),
        ...(another ? { email: email.trim(), currentPassword: textValue(form, "currentPassword") } : {}),
      })}
      failure="Nothing was changed"
      done={
        <DoneNotice title={update.isSuccess ? "Saved" : null}>
          {update.variables?.email !== undefined && (
            <p>
              A mail is on its way to {update.variables.email}. Open its link within 24 hours; until then you
              sign in with the address that you have.
            </p>
          )}
        </DoneNotice>
      }
      submit={["Save", "Saving…"]}
    >
      {(problem) => (
        <>
          <NameFields user={session.user} problem={problem} />
          <EmailField
            value={email}
            onChange={(event) => {
              setEmail(event.target.value);
            }}
            problem={problem("email")}
          />
          {another && (
            <PasswordField
              name="currentPassword"
              label="Current password, to change the address"
              autoComplete="current-password"
              required
              problem={problem("currentPassword")}
            />
          )}
        </>
      )}
    </AccountForm>
  );
}
