import { useMutation } from "@tanstack/react-query";
import { Link, Navigate } from "react-router";
import { register } from "../api/account.ts";
import type { NewAccount } from "../api/types.ts";
import { AccountForm } from "../components/account-form.tsx";
import { DoneNotice } from "../components/done-notice.tsx";
import { EmailField } from "../components/email-field.tsx";
import { textValue } from "../components/form-values.ts";
import { NameFields } from "../components/name-fields.tsx";
import { NewPasswordField } from "../components/new-password-field.tsx";
import { useApp, useSession } from "../session/app-context.ts";

export function RegisterPage() {
  const { client } = useApp();
  const session = useSession();
  const request = useMutation({ mutationFn: (account: NewAccount) => register(client, account) });
  if (session !== null) {
    return <Navigate to="/account" replace />;
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
        <AccountForm
          heading="About you"
          attempt={request}
          valuesOf={(form) => ({
            firstName: textValue(form, "firstName"),
            lastName: textValue(form, "lastName"),
            email: textValue(form, "email"),
            password: textValue(form, "password"),
          })}
          failure="There is no account yet"
          submit={["Create the account", "Creating the account…"]}
        >
          {(problem) => (
            <>
              <NameFields problem={problem} />
              <EmailField problem={problem("email")} />
              <NewPasswordField name="password" label="Password" problem={problem("password")} />
            </>
          )}
        </AccountForm>
      )}
      <p>
        You have an account already? <Link to="/sign-in">Sign in</Link>
      </p>
    </>
  );
}
