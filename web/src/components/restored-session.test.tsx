import { act, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiError } from "../api/error.ts";
import { RestoredSession } from "./restored-session.tsx";

async function show(restored: Promise<Error | null> | null) {
  await act(async () => {
    render(<RestoredSession restored={restored}>the page</RestoredSession>);
    await Promise.resolve();
  });
}

it("shows the page at once when there is no session to continue", async () => {
  await show(null);

  expect(screen.getByText("the page")).toBeInTheDocument();
});

it("holds the page back until it is known who reads it", async () => {
  let found: (failure: null) => void = () => undefined;
  await show(new Promise((resolve) => (found = resolve)));
  expect(screen.queryByText("the page")).toBeNull();
  expect(screen.getByRole("status")).toHaveTextContent("Looking for your session…");

  await act(async () => {
    found(null);
    await Promise.resolve();
  });

  expect(await screen.findByText("the page")).toBeInTheDocument();
  expect(screen.queryByRole("alert")).toBeNull();
});

it("shows what stood in the way above the page, which visitors may read", async () => {
  const busy = new ApiError({ status: 503, code: "SERVICE_UNAVAILABLE", message: "Try again soon." });
  await show(Promise.resolve(busy));

  expect(await screen.findByRole("alert")).toHaveTextContent("Your session could not be continued");
  expect(screen.getByText("the page")).toBeInTheDocument();
});
