import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { resetPassword } from "../api/account.ts";
import { AccountForm } from "../components/account-form.tsx";
import { DoneNotice } from "../components/done-notice.tsx";
import { textValue } from "../components/form-values.ts";
import { MissingLinkToken } from "../components/missing-link-token.tsx";
import { NewPasswordField } from "../components/new-password-field.tsx";
import { SignInForm } from "../components/sign-in-form.tsx";
import { useApp, useSession } from "../session/app-context.ts";
import { focusContent } from "./focus-content.ts";
import { useLinkToken } from "./use-link-token.ts";

interface ChoosePasswordPageProps {
  title: string;
  lead: string;
  done: string;
  /** What to do without the link. */
  otherwise: ReactNode;
}

/** The page of a link that sets a password: the first one, or another one. */
function ChoosePasswordPage({ title, lead, done, otherwise }: ChoosePasswordPageProps) {
  const { client, sessions } = useApp();
  const session = useSession();
  const token = useLinkToken();
  const choice = useMutation({
    mutationFn: ({ link, password }: { link: string; password: string }) =>
      resetPassword(client, link, password),
    // The service has ended every session of the account; one that is open here may be among them.
    onSuccess: () => {
      sessions.end();
    },
  });

  return (
    <>
      <title>{`${title} – BCCB`}</title>
      <div className="title-block">
        <h1>{title}</h1>
        <p className="lead">{lead}</p>
      </div>
      {token === null && !choice.isSuccess && <MissingLinkToken>{otherwise}</MissingLinkToken>}
      {token !== null && !choice.isSuccess && (
        <AccountForm
          heading="Your password"
          attempt={choice}
          valuesOf={(form) => ({ link: token, password: textValue(form, "newPassword") })}
          failure="The password is not set"
          submit={["Set the password", "Setting the password…"]}
        >
          {(problem) => (
            <NewPasswordField name="newPassword" label="New password" problem={problem("newPassword")} />
          )}
        </AccountForm>
      )}
      <DoneNotice title={choice.isSuccess ? done : null}>
        <p>It counts from now on. Sign in with it.</p>
      </DoneNotice>
      {choice.isSuccess && session === null && <SignInForm onSignedIn={focusContent} />}
    </>
  );
}

export function ResetPasswordPage() {
  return (
    <ChoosePasswordPage
      title="Choose a new password"
      lead="Every session of your account ends when the password is set."
      done="Your new password is set"
      otherwise={
        <>
          If it is too old, <Link to="/forgot-password">ask for another one</Link>.
        </>
      }
    />
  );
}

export function AcceptInvitationPage() {
  return (
    <ChoosePasswordPage
      title="Open your account"
      lead="An administrator has made an account for you. Choose its password to open it."
      done="Your account is open"
      otherwise="If it is too old, ask the administrator for another invitation."
    />
  );
}
