import { Link, NavLink } from "react-router";
import { useSession } from "../session/app-context.ts";
import { isAdministrator } from "../session/permissions.ts";
import { SessionMenu } from "./session-menu.tsx";

export function SiteHeader() {
  const session = useSession();
  return (
    <header className="site-header">
      <div className="site-header__inner">
        <Link className="brand" to="/">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          <span>
            BCCB <span className="brand__tail">micro-credentials</span>
          </span>
        </Link>
        <nav className="site-nav" aria-label="Main">
          <NavLink to="/" end>
            Search
          </NavLink>
          {session !== null && isAdministrator(session.user) && (
            <>
              <NavLink to="/exchange">Import and export</NavLink>
              <NavLink to="/reports">Reports</NavLink>
              <NavLink to="/webhooks">Webhooks</NavLink>
              <NavLink to="/audit">Audit log</NavLink>
            </>
          )}
        </nav>
        <SessionMenu />
      </div>
    </header>
  );
}
