import { useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { focusContent } from "../pages/focus-content.ts";

/** Moves focus to the content after navigation, as a full page load would; the first page keeps the browser's own focus. */
export function RouteFocus() {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current !== pathname) {
      shown.current = pathname;
      focusContent();
    }
  }, [pathname]);
  return null;
}
