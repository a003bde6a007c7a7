import type { Session, SessionStore } from "./session-store.ts";

/** The part of a BroadcastChannel that is used. */
export interface Channel {
  postMessage: (session: Session | null) => void;
  onmessage: ((event: MessageEvent<Session | null>) => void) | null;
}

/**
 * Tells the other tabs what becomes of the session, and follows what they tell: cookies belong to all tabs together, so
 * a tab that shows another person, or somebody who has left, would be wrong.
 */
export function shareWithTabs(sessions: SessionStore, channel: Channel): void {
  let known = sessions.get();
  sessions.subscribe(() => {
    const next = sessions.get();
    if (next !== known) {
      known = next;
      channel.postMessage(next);
    }
  });
  channel.onmessage = ({ data }) => {
    known = data;
    sessions.set(data);
  };
}
