import { describe, expect, it } from "vitest";
import { SessionStore } from "../session/session-store.ts";
import { failure } from "../test/failure.ts";
import { fakeFetch, refusal, success } from "../test/fake-fetch.ts";
import { ApiClient } from "./client.ts";

describe("envelopes", () => {
  it("answers the data, and the pagination of a list", async () => {
    const pagination = { page: 1, limit: 1, total: 2, pages: 2, has_next: true, has_prev: false };
    const { fetcher, seen } = fakeFetch(() => success([{ id: "1" }], { pagination }));
    const client = new ApiClient(new SessionStore(), fetcher);

    const page = await client.list("/institutions", { query: { limit: 1, search: "" } });

    expect(page).toEqual({ items: [{ id: "1" }], pagination });
    expect(seen[0]).toMatchObject({
      method: "GET",
      path: "/api/v1/institutions?limit=1",
      withCookies: false,
      proof: null,
    });
  });

  it("carries code, message, details, wait and request id of a refusal", async () => {
    const details = [{ field: "creditValue", message: "must be at most 60" }];
    const { fetcher } = fakeFetch(() =>
      refusal(422, "VALUE_OUT_OF_RANGE", "The recognition is not valid.", details, { "Retry-After": "30" }),
    );

    const error = await failure(
      new ApiClient(new SessionStore(), fetcher).post("/recognitions", { body: {} }),
    );

    expect(error).toMatchObject({
      status: 422,
      code: "VALUE_OUT_OF_RANGE",
      message: "The recognition is not valid.",
      details,
      retryAfterSeconds: 30,
      requestId: "r1",
    });
  });

  it("explains an answer that is no envelope, such as a proxy's HTML page", async () => {
    const { fetcher } = fakeFetch(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));

    const error = await failure(new ApiClient(new SessionStore(), fetcher).get("/institutions"));

    expect(error).toMatchObject({ status: 502, code: "UNEXPECTED_ANSWER", details: [] });
    expect(error.message).toContain("502");
  });

  it("does not take a page served with status 200 for data", async () => {
    const { fetcher } = fakeFetch(() => new Response("<!doctype html>", { status: 200 }));

    const error = await failure(new ApiClient(new SessionStore(), fetcher).get("/institutions"));

    expect(error.code).toBe("UNEXPECTED_ANSWER");
  });

  it("tells a dead connection from a refusal", async () => {
    const { fetcher } = fakeFetch(() => Promise.reject(new TypeError("Failed to fetch")));

    const error = await failure(new ApiClient(new SessionStore(), fetcher).get("/institutions"));

    expect(error).toMatchObject({ status: 0, code: "NETWORK_ERROR" });
  });
});

describe("files", () => {
  it("are answered as they are, and refused in the words of the envelope", async () => {
    const answers = [
      new Response("a,b\n", { headers: { "Content-Type": "text/csv" } }),
      refusal(409, "CONFLICT", "The report is not ready."),
    ];
    const { fetcher, seen } = fakeFetch(() => answers.shift() ?? success(null));
    const client = new ApiClient(new SessionStore(), fetcher);

    const file = await client.download("/credentials/export", { format: "csv" });
    const refused = await failure(client.download("/reports/r1/content"));

    expect(await file.text()).toBe("a,b\n");
    expect(seen[0]?.path).toBe("/api/v1/credentials/export?format=csv");
    expect(refused).toMatchObject({ status: 409, code: "CONFLICT", message: "The report is not ready." });
  });

  it("that break off are no files", async () => {
    const broken = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode("a,b\n"));
        controller.error(new TypeError("network error"));
      },
    });
    const { fetcher } = fakeFetch(() => new Response(broken));

    const error = await failure(new ApiClient(new SessionStore(), fetcher).download("/credentials/export"));

    expect(error.code).toBe("NETWORK_ERROR");
  });
});
