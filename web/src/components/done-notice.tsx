import type { ReactNode } from "react";

interface DoneNoticeProps {
  /** What was done; nothing is shown before that. */
  title: string | null;
  children?: ReactNode;
}

/** The form that held focus is gone or empty; a stable function, so that it runs once. */
function focusOnMount(notice: HTMLElement | null) {
  notice?.focus();
}

/** Says that something was done. It is there from the start, so that the announcement is heard when it fills. */
export function DoneNotice({ title, children }: DoneNoticeProps) {
  return (
    <div role="status">
      {title !== null && (
        <div className="notice notice--success" tabIndex={-1} ref={focusOnMount}>
          <p className="notice__title">{title}</p>
          {children}
        </div>
      )}
    </div>
  );
}
