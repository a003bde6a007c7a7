import { expect, it } from "vitest";
import { fakeProof } from "../test/fake-proof.ts";
import { type Session, SessionStore } from "./session-store.ts";
import { type Channel, shareWithTabs } from "./tabs.ts";

const session = (id: string): Session => ({
  user: { id, email: `${id}@example.ca`, firstName: "A", lastName: "B", role: "USER", institutionId: null },
  freshUntil: 1,
});

/** Two tabs that hear each other, as two channels of one name do. */
function twoTabs() {
  const said: string[] = [];
  const channels: Channel[] = [];
  const open = (name: string, place: number): SessionStore => {
    const sessions = new SessionStore(fakeProof());
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => {
        said.push(name);
        channels[1 - place]?.onmessage?.(new MessageEvent("message", { data }));
      },
    };
    channels.push(channel);
    shareWithTabs(sessions, channel);
    return sessions;
  };
  return { left: open("left", 0), right: open("right", 1), said };
}

it("what becomes of the session in one tab becomes of it in the others, and is said once", () => {
  const { left, right, said } = twoTabs();

  left.set(session("ada"));
  expect(right.get()?.user.id).toBe("ada");
  right.set(session("bea"));
  expect(left.get()?.user.id).toBe("bea");
  left.end();
  expect(right.get()).toBeNull();

  expect(said).toEqual(["left", "right", "left"]);
});

it("only the tab that ends a session takes the proof away: another session may have begun since", () => {
  const { left, right } = twoTabs();
  left.set(session("ada"));

  left.end();

  expect(left.proof.read()).toBeNull();
  expect(right.proof.read()).toBe("proof-1");
});
