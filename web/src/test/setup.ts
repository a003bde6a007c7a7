import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";

// Waiting ends as soon as there is something to see; a busy machine may take a while to get there.
configure({ asyncUtilTimeout: 15_000 });

// React reports its complaints (doubled keys, lost updates, wrong markup) on the console: each is a failure.
beforeEach(() => {
  vi.spyOn(console, "error");
  // The test browser does not say that its address is a secure one.
  Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
});

afterEach(() => {
  cleanup();
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
