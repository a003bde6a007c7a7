import type { Proof } from "../session/proof.ts";

/** A proof that a test can look at and change, as the cookie would by itself. */
export interface FakeProof extends Proof {
  value: string | null;
}

export function fakeProof(value: string | null = "proof-1"): FakeProof {
  const proof: FakeProof = {
    value,
    read: () => proof.value,
    forget: () => {
      proof.value = null;
    },
  };
  return proof;
}
