import { useMutation } from "@tanstack/react-query";
import { type ReactNode, type SubmitEvent } from "react";
import { Link } from "react-router";
import { resetPassword } from "../api/account.ts";
import { problemOf } from "../api/field-problem.ts";
import { DoneNotice } from "../components/done-notice.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { textValue } from "../components/form-values.ts";
import { MissingLinkToken } from "../components/missing-link-token.tsx";
import { PasswordField } from "../components/password-field.tsx";
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

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (token !== null) {
      choice.mutate({
        link: token,
        password: textValue(new FormData(event.currentTarget), "newPassword"),
      });
    }
  }

  return (
    <>
      <title>{`${title} – BCCB`}</title>
      <div className="title-block">
        <h1>{title}</h1>
        <p className="lead">{lead}</p>
      </div>
      {token === null && !choice.isSuccess && <MissingLinkToken>{otherwise}</MissingLinkToken>}
      {token !== null && !choice.isSuccess && (
        <section className="card account-form" aria-labelledby="choose-heading">
          <h2 id="choose-heading">Your password</h2>
          {choice.isError && <ErrorNotice error={choice.error} title="The password is not set" />}
          <form className="stack" onSubmit={submit}>
            <PasswordField
              name="newPassword"
              label="New password"
              autoComplete="new-password"
              rules
              required
              problem={problemOf(choice.error, "newPassword")}
            />
            <button type="submit" className="button" disabled={choice.isPending}>
              {choice.isPending ? "Setting the password…" : "Set the password"}
            </button>
          </form>
        </section>
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
