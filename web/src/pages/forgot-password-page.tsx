import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { Link } from "react-router";
import { forgotPassword } from "../api/account.ts";
import { problemOf } from "../api/field-problem.ts";
import { DoneNotice } from "../components/done-notice.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { textValue } from "../components/form-values.ts";
import { TextField } from "../components/text-field.tsx";
import { useApp } from "../session/app-context.ts";

export function ForgotPasswordPage() {
  const { client } = useApp();
  const request = useMutation({ mutationFn: (email: string) => forgotPassword(client, email) });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    request.mutate(textValue(new FormData(event.currentTarget), "email"));
  }

  return (
    <>
      <title>Forgotten password – BCCB</title>
      <div className="title-block">
        <h1>Choose a new password</h1>
        <p className="lead">We send a link to the address of your account.</p>
      </div>
      <DoneNotice title={request.isSuccess ? "Look into your mail" : null}>
        <p>
          If {request.variables} has an account, a link is on its way there. It works once and for one hour.
          If nothing arrives, look among the unwanted mail or ask again.
        </p>
      </DoneNotice>
      <section className="card account-form" aria-labelledby="forgot-heading">
        <h2 id="forgot-heading">Your account</h2>
        {request.isError && <ErrorNotice error={request.error} title="No link was sent" />}
        <form className="stack" onSubmit={submit}>
          <TextField
            name="email"
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            problem={problemOf(request.error, "email")}
          />
          <button type="submit" className="button" disabled={request.isPending}>
            {request.isPending ? "Sending…" : "Send a link"}
          </button>
        </form>
      </section>
      <p>
        You remember it? <Link to="/sign-in">Sign in</Link>
      </p>
    </>
  );
}
