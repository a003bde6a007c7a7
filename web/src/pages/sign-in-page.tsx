import { Navigate, useLocation } from "react-router";
import { SignInForm } from "../components/sign-in-form.tsx";
import { useSession } from "../session/app-context.ts";

/** Where the person came from; only paths of this app are followed. */
function origin(state: unknown): string {
  const from = typeof state === "object" && state !== null && "from" in state ? state.from : null;
  return typeof from === "string" && from.startsWith("/") && !from.startsWith("//") ? from : "/";
}

export function SignInPage() {
  const session = useSession();
  const location = useLocation();
  if (session !== null) {
    return <Navigate to={origin(location.state)} replace />;
  }
  return (
    <>
      <title>Sign in – BCCB</title>
      <div className="title-block">
        <h1>Your account</h1>
        <p className="lead">Sign in to assess micro-credentials and to record recognitions.</p>
      </div>
      <SignInForm />
    </>
  );
}
