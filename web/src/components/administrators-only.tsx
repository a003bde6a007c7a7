import type { ReactNode } from "react";
import { focusContent } from "../pages/focus-content.ts";
import { useSession } from "../session/app-context.ts";
import { isAdministrator } from "../session/permissions.ts";
import type { Session } from "../session/session-store.ts";
import { SignInForm } from "./sign-in-form.tsx";

interface AdministratorsOnlyProps {
  /** What is for administrators, at the beginning of a sentence, with its verb: "The audit log is". */
  what: string;
  /** What others cannot do, at the end of a sentence: "read the audit log". */
  deed: string;
  children: (session: Session) => ReactNode;
}

/** Asks visitors to sign in, and tells others whom to ask. */
export function AdministratorsOnly({ what, deed, children }: AdministratorsOnlyProps) {
  const session = useSession();
  if (session === null) {
    return <SignInForm reason={`${what} for administrators of an institution.`} onSignedIn={focusContent} />;
  }
  if (!isAdministrator(session.user)) {
    return <p className="notice">Your account cannot {deed}. Ask an administrator of your institution.</p>;
  }
  return children(session);
}
