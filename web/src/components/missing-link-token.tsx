import type { ReactNode } from "react";

interface MissingLinkTokenProps {
  children: ReactNode;
}

/** What to do when a page that lives from a mailed link is opened without it, or reloaded. */
export function MissingLinkToken({ children }: MissingLinkTokenProps) {
  return (
    <div className="notice" role="status">
      <p className="notice__title">This page needs the link from your mail</p>
      <p>Open the whole link again, straight from the mail. {children}</p>
    </div>
  );
}
