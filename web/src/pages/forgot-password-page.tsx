import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { forgotPassword } from "../api/account.ts";
import { AccountForm } from "../components/account-form.tsx";
import { DoneNotice } from "../components/done-notice.tsx";
import { EmailField } from "../components/email-field.tsx";
import { textValue } from "../components/form-values.ts";
import { useApp } from "../session/app-context.ts";

export function ForgotPasswordPage() {
  const { client } = useApp();
  const request = useMutation({ mutationFn: (email: string) => forgotPassword(client, email) });

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
      <AccountForm
        heading="Your account"
        attempt={request}
        valuesOf={(form) => textValue(form, "email")}
        failure="No link was sent"
        submit={["Send a link", "Sending…"]}
      >
        {(problem) => <EmailField problem={problem("email")} />}
      </AccountForm>
      <p>
        You remember it? <Link to="/sign-in">Sign in</Link>
      </p>
    </>
  );
}
