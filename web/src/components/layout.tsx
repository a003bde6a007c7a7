import { Outlet, ScrollRestoration } from "react-router";
import { RouteFocus } from "./route-focus.tsx";
import { SiteHeader } from "./site-header.tsx";

export function Layout() {
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <SiteHeader />
      <main id="main" className="page" tabIndex={-1}>
        <Outlet />
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
