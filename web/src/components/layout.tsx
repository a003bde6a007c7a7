import { Outlet, ScrollRestoration } from "react-router";
import { RestoredSession } from "./restored-session.tsx";
import { RouteFocus } from "./route-focus.tsx";
import { SiteHeader } from "./site-header.tsx";

interface LayoutProps {
  /** The session of an earlier page on its way back; null when there is none. */
  restored: Promise<Error | null> | null;
}

export function Layout({ restored }: LayoutProps) {
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <SiteHeader />
      <main id="main" className="page" tabIndex={-1}>
        <RestoredSession restored={restored}>
          <Outlet />
        </RestoredSession>
      </main>
      <footer className="site-footer">
        <p>
          BCCB helps people decide and keeps the decision on record. Data and answers come from the{" "}
          <a href="/docs">public API</a>.
        </p>
      </footer>
      <RouteFocus />
      <ScrollRestoration />
    </>
  );
}
