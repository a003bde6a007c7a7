import { DoneNotice } from "./done-notice.tsx";

interface SecretNoticeProps {
  title: string;
  /** Shown once; nothing is shown without it. */
  secret: string | null;
}

/** A secret that the service tells once. */
export function SecretNotice({ title, secret }: SecretNoticeProps) {
  return (
    <DoneNotice title={secret === null ? null : title}>
      <p>Keep its secret now: it is not shown again. It signs every message.</p>
      <p className="digest">
        <code>{secret}</code>
      </p>
    </DoneNotice>
  );
}
