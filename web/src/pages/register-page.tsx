import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { Link, Navigate } from "react-router";
import { register } from "../api/account.ts";
import { problemOf } from "../api/field-problem.ts";
import type { NewAccount } from "../api/types.ts";
import { DoneNotice } from "../components/done-notice.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { textValue } from "../components/form-values.ts";
import { PasswordField } from "../components/password-field.tsx";
import { TextField } from "../components/text-field.tsx";
import { useApp, useSession } from "../session/app-context.ts";

export function RegisterPage() {
  const { client } = useApp();
  const session = useSession();
  const request = useMutation({ mutationFn: (account: NewAccount) => register(client, account) });
  if (session !== null) {
    return <Navigate to="/account" replace />;
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    request.mutate({
      firstName: textValue(form, "firstName"),
      lastName: textValue(form, "lastName"),
      email: textValue(form, "email"),
      password: textValue(form, "password"),
    });
  }

  return (
    <>
      <title>Create an account – BCCB</title>
      <div className="title-block">
        <h1>Create an account</h1>
        <p className="lead">
          With an account you can ask whether an institution would accept a micro-credential.
        </p>
      </div>
      <DoneNotice title={request.isSuccess ? "Look into your mail" : null}>
        <p>
          We have sent a mail to {request.variables?.email}. Open its link within 24 hours; then you can sign
          in. If nothing arrives, look among the unwanted mail or try again.
        </p>
      </DoneNotice>
      {!request.isSuccess && (
        <section className="card account-form" aria-labelledby="register-heading">
          <h2 id="register-heading">About you</h2>
          {request.isError && <ErrorNotice error={request.error} title="There is no account yet" />}
          <form className="stack" onSubmit={submit}>
            <TextField
              name="firstName"
              label="First name"
              autoComplete="given-name"
              required
              problem={problemOf(request.error, "firstName")}
            />
            <TextField
              name="lastName"
              label="Last name"
              autoComplete="family-name"
              required
              problem={problemOf(request.error, "lastName")}
            />
            <TextField
              name="email"
              label="E-mail"
              type="email"
              autoComplete="username"
              required
              problem={problemOf(request.error, "email")}
            />
            <PasswordField
              name="password"
              label="Password"
              autoComplete="new-password"
              rules
              required
              problem={problemOf(request.error, "password")}
            />
            <button type="submit" className="button" disabled={request.isPending}>
              {request.isPending ? "Creating the account…" : "Create the account"}
            </button>
          </form>
        </section>
      )}
      <p>
        You have an account already? <Link to="/sign-in">Sign in</Link>
      </p>
    </>
  );
}
