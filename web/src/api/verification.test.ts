import { describe, expect, it } from "vitest";
import { SessionStore } from "../session/session-store.ts";
import { failure } from "../test/failure.ts";
import { fakeFetch, success } from "../test/fake-fetch.ts";
import { ApiClient } from "./client.ts";
import type { AuditVerification } from "./administration-types.ts";
import { verifyRecord } from "./verification.ts";

const part = (change: Partial<AuditVerification>): AuditVerification => ({
  valid: true,
  checked: 10,
  checkedThrough: 10,
  checkedThroughHash: "aa",
  newest: 25,
  complete: false,
  anchorsChecked: 1,
  anchorsOfUnknownKeys: 0,
  newestAnchor: null,
  fault: null,
  publicKey: null,
  ...change,
});

function verify(parts: AuditVerification[]) {
  const { fetcher, seen } = fakeFetch(() => success(parts.shift()));
  const heard: number[] = [];
  const client = new ApiClient(new SessionStore(), fetcher);
  const verdict = verifyRecord(client, new AbortController().signal, (soFar) => heard.push(soFar.checked));
  return { verdict, heard, paths: () => seen.map((request) => request.path) };
}

describe("verifying the record", () => {
  it("goes on where each part ended, and adds up what was looked at", async () => {
    const { verdict, heard, paths } = verify([
      part({}),
      part({ checkedThrough: 20 }),
      part({ checked: 5, checkedThrough: 25, complete: true, anchorsChecked: 0 }),
    ]);

    expect(await verdict).toMatchObject({ valid: true, checked: 25, checkedThrough: 25, anchorsChecked: 2 });
    expect(heard).toEqual([10, 20]);
    expect(paths()).toEqual([
      "/api/v1/audit/verify",
      "/api/v1/audit/verify?after=10",
      "/api/v1/audit/verify?after=20",
    ]);
  });

  it("ends at the first fault", async () => {
    const fault = { kind: "ALTERED", sequence: 12, entryId: "e1", message: "entry 12 is not as it was" };
    const { verdict, paths } = verify([part({}), part({ valid: false, checkedThrough: 11, fault })]);

    expect(await verdict).toMatchObject({ valid: false, fault });
    expect(paths()).toHaveLength(2);
  });

  it("does not ask for ever when it comes no further", async () => {
    const { verdict, paths } = verify([part({}), part({})]);

    expect((await failure(verdict)).code).toBe("UNEXPECTED_ANSWER");
    expect(paths()).toHaveLength(2);
  });
});
