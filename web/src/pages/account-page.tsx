import { ChangePassword } from "../components/change-password.tsx";
import { OwnProfile } from "../components/own-profile.tsx";
import { OwnSessions } from "../components/own-sessions.tsx";
import { SignInForm } from "../components/sign-in-form.tsx";
import { label, roles } from "../format/labels.ts";
import { useSession } from "../session/app-context.ts";
import { focusContent } from "./focus-content.ts";

export function AccountPage() {
  const session = useSession();
  return (
    <>
      <title>Your account – BCCB</title>
      <div className="title-block">
        <h1>Your account</h1>
        {session !== null && (
          <p className="lead">
            {session.user.email} · {label(roles, session.user.role)}
          </p>
        )}
      </div>
      {session === null ? (
        <SignInForm reason="Your account is for you alone." onSignedIn={focusContent} />
      ) : (
        <>
          <OwnProfile session={session} />
          <ChangePassword />
          <OwnSessions />
        </>
      )}
    </>
  );
}
