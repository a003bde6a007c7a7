import { expect, it } from "vitest";
import { ApiError } from "./error.ts";
import { IdempotentAttempts } from "./idempotency.ts";

const lost = new ApiError({ status: 0, code: "NETWORK_ERROR", message: "lost" });
const busy = new ApiError({ status: 409, code: "CONFLICT", message: "just ended" });
const limited = new ApiError({ status: 429, code: "RATE_LIMIT_EXCEEDED", message: "later" });
const refused = new ApiError({ status: 422, code: "VALIDATION_ERROR", message: "no" });

it("repeats a lost attempt under its key, and only with the same body", async () => {
  const attempts = new IdempotentAttempts();
  const keys: string[] = [];
  const send = (error: ApiError) => (_body: object, key: string) => {
    keys.push(key);
    return Promise.reject(error);
  };

  await attempts.run({ credits: 3 }, send(lost)).catch(() => null);
  await attempts.run({ credits: 3 }, send(busy)).catch(() => null);
  await attempts.run({ credits: 3 }, send(limited)).catch(() => null);
  await attempts.run({ credits: 3 }, send(refused)).catch(() => null);
  await attempts.run({ credits: 3 }, send(lost)).catch(() => null);
  await attempts.run({ credits: 4 }, send(lost)).catch(() => null);

  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).toBe(keys[0]);
  expect(keys[3]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(3);
});
