import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { confirmEmail } from "../api/account.ts";
import { DoneNotice } from "../components/done-notice.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { MissingLinkToken } from "../components/missing-link-token.tsx";
import { SignInForm } from "../components/sign-in-form.tsx";
import { useApp, useSession } from "../session/app-context.ts";
import { focusContent } from "./focus-content.ts";
import { useLinkToken } from "./use-link-token.ts";

export function ConfirmEmailPage() {
  const { client } = useApp();
  const session = useSession();
  const token = useLinkToken();
  const confirmation = useMutation({ mutationFn: (link: string) => confirmEmail(client, link) });
  return (
    <>
      <title>Confirm your address – BCCB</title>
      <div className="title-block">
        <h1>Confirm your e-mail address</h1>
      </div>
      {token === null && !confirmation.isSuccess && (
        <MissingLinkToken>
          Without it, <Link to="/register">ask for an account</Link> once more.
        </MissingLinkToken>
      )}
      {token !== null && !confirmation.isSuccess && (
        <section className="card account-form" aria-labelledby="confirm-heading">
          <h2 id="confirm-heading">Is this address yours?</h2>
          {confirmation.isError && (
            <ErrorNotice error={confirmation.error} title="The address is not confirmed" />
          )}
          <p>Confirm it only if you have asked for an account, or for another address of your account.</p>
          <div className="stack">
            <button
              type="button"
              className="button"
              disabled={confirmation.isPending}
              onClick={() => {
                confirmation.mutate(token);
              }}
            >
              {confirmation.isPending ? "Confirming…" : "Confirm the address"}
            </button>
          </div>
        </section>
      )}
      <DoneNotice title={confirmation.isSuccess ? "The address is confirmed" : null}>
        <p>{session === null ? "Now you can sign in with it." : "From now on you sign in with it."}</p>
      </DoneNotice>
      {confirmation.isSuccess && session === null && <SignInForm onSignedIn={focusContent} />}
    </>
  );
}
