import { useState } from "react";
import { Link, useLocation } from "react-router";
import { signOut } from "../api/auth.ts";
import type { User } from "../api/types.ts";
import { label, roles } from "../format/labels.ts";
import { useApp, useSession } from "../session/app-context.ts";

function displayName(user: User): string {
  const name = [user.firstName, user.lastName].filter(Boolean).join(" ");
  return name === "" ? user.email : name;
}

export function SessionMenu() {
  const { client, sessions } = useApp();
  const session = useSession();
  const location = useLocation();
  const [untold, setUntold] = useState(false);
  if (session === null) {
    return (
      <div className="session">
        {untold && (
          <p className="session__untold" role="alert">
            You are signed out here, but the service could not be told. Sign in and out again when it answers.
          </p>
        )}
        {location.pathname !== "/sign-in" && (
          <Link
            className="button button--quiet"
            to="/sign-in"
            state={{ from: location.pathname + location.search }}
          >
            Sign in
          </Link>
        )}
      </div>
    );
  }

  async function leave() {
    setUntold(false);
    setUntold(!(await signOut(client, sessions)));
  }

  return (
    <div className="session">
      <p className="session__who">
        <Link className="session__name" to="/account">
          {displayName(session.user)}
        </Link>
        <span className="session__role">{label(roles, session.user.role)}</span>
      </p>
      <button type="button" className="button button--quiet" onClick={() => void leave()}>
        Sign out
      </button>
    </div>
  );
}
