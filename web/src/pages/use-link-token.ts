import { useEffect, useState } from "react";
import { useLocation } from "react-router";

const TOKEN = /^#token=(.+)$/;

/**
 * The token of a mailed link, which stands behind the `#`: no server sees it. It is taken out of the address bar at once, so
 * that it is neither shared nor kept in the history, and lives in memory only.
 */
export function useLinkToken(): string | null {
  const { hash } = useLocation();
  const found = TOKEN.exec(hash)?.[1] ?? null;
  const [token, setToken] = useState(found);
  if (found !== null && found !== token) {
    setToken(found); // another link was opened in the same tab
  }
  useEffect(() => {
    if (TOKEN.test(window.location.hash)) {
      window.history.replaceState(
        window.history.state,
        "",
        window.location.pathname + window.location.search,
      );
    }
  }, [hash]);
  return token;
}
