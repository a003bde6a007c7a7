import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useId } from "react";
import { Link } from "react-router";
import { signIn } from "../api/auth.ts";
import type { Session } from "../session/session-store.ts";
import { useApp } from "../session/app-context.ts";
import { EmailField } from "./email-field.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { PasswordField } from "./password-field.tsx";
import { textValue } from "./form-values.ts";

interface SignInFormProps {
  /** Why the person is asked, in one sentence. */
  reason?: string;
  onSignedIn?: (session: Session) => void;
}

export function SignInForm({ reason, onSignedIn }: SignInFormProps) {
  const { client, sessions } = useApp();
  const heading = useId();
  const attempt = useMutation({
    mutationFn: (form: FormData) =>
      signIn(client, sessions, textValue(form, "email"), textValue(form, "password")),
    onSuccess: (session) => onSignedIn?.(session),
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    attempt.mutate(new FormData(event.currentTarget));
  }

  return (
    <section className="card sign-in" aria-labelledby={heading}>
      <h2 id={heading}>Sign in</h2>
      {reason !== undefined && <p className="hint">{reason}</p>}
      {attempt.isError && <ErrorNotice error={attempt.error} title="You are not signed in" />}
      <form className="stack" onSubmit={submit}>
        <EmailField />
        <PasswordField name="password" label="Password" autoComplete="current-password" required />
        <button type="submit" className="button" disabled={attempt.isPending}>
          {attempt.isPending ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <p className="sign-in__other">
        <Link to="/forgot-password">Forgotten your password?</Link>
        <Link to="/register">Create an account</Link>
      </p>
    </section>
  );
}
