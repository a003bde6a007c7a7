import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { updateProfile } from "../api/account.ts";
import { problemOf } from "../api/field-problem.ts";
import type { ProfileChange } from "../api/types.ts";
import { useApp } from "../session/app-context.ts";
import type { Session } from "../session/session-store.ts";
import { DoneNotice } from "./done-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { textValue } from "./form-values.ts";
import { PasswordField } from "./password-field.tsx";
import { TextField } from "./text-field.tsx";

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

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    update.mutate({
      firstName: textValue(form, "firstName"),
      lastName: textValue(form, "lastName"),
      ...(another ? { email: email.trim(), currentPassword: textValue(form, "currentPassword") } : {}),
    });
  }

  return (
    <section className="card account-form" aria-labelledby="profile-heading">
      <h2 id="profile-heading">Name and address</h2>
      {update.isError && <ErrorNotice error={update.error} title="Nothing was changed" />}
      <DoneNotice title={update.isSuccess ? "Saved" : null}>
        {update.variables?.email !== undefined && (
          <p>
            A mail is on its way to {update.variables.email}. Open its link within 24 hours; until then you
            sign in with the address that you have.
          </p>
        )}
      </DoneNotice>
      <form className="stack" onSubmit={submit}>
        <TextField
          name="firstName"
          label="First name"
          autoComplete="given-name"
          defaultValue={session.user.firstName ?? ""}
          required
          problem={problemOf(update.error, "firstName")}
        />
        <TextField
          name="lastName"
          label="Last name"
          autoComplete="family-name"
          defaultValue={session.user.lastName ?? ""}
          required
          problem={problemOf(update.error, "lastName")}
        />
        <TextField
          name="email"
          label="E-mail"
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => {
            setEmail(event.target.value);
          }}
          required
          problem={problemOf(update.error, "email")}
        />
        {another && (
          <PasswordField
            name="currentPassword"
            label="Current password, to change the address"
            autoComplete="current-password"
            required
            problem={problemOf(update.error, "currentPassword")}
          />
        )}
        <button type="submit" className="button" disabled={update.isPending}>
          {update.isPending ? "Saving…" : "Save"}
        </button>
      </form>
    </section>
  );
}
