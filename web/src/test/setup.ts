import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";

// Waiting ends as soon as there is something to see; a busy machine may take a while to get there.
configure({ asyncUtilTimeout: 15_000 });

// React reports its complaints (doubled keys, lost updates, wrong markup) on the console: each is a failure.
beforeEach(() => {
  vi.spyOn(console, "error");
});

afterEach(() => {
  cleanup();
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
