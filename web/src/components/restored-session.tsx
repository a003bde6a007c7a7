import { type ReactNode, Suspense, use } from "react";
import { ErrorNotice } from "./error-notice.tsx";
import { Loading } from "./loading.tsx";

interface RestoredSessionProps {
  restored: Promise<Error | null> | null;
  children: ReactNode;
}

/** Holds a page back until it is known who reads it, so that nobody is asked to sign in for a moment. */
export function RestoredSession({ restored, children }: RestoredSessionProps) {
  if (restored === null) {
    return children;
  }
  return (
    <Suspense fallback={<Loading>Looking for your session…</Loading>}>
      <Content restored={restored}>{children}</Content>
    </Suspense>
  );
}

interface ContentProps {
  restored: Promise<Error | null>;
  children: ReactNode;
}

function Content({ restored, children }: ContentProps) {
  const failure = use(restored);
  return (
    <>
      {failure !== null && (
        <ErrorNotice
          error={failure}
          title="Your session could not be continued"
          onRetry={() => {
            window.location.reload();
          }}
        />
      )}
      {children}
    </>
  );
}
