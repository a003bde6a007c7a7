import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { refusal, success } from "../test/fake-fetch.ts";
import { administrator, showPage } from "../test/show-page.tsx";
import { SessionMenu } from "./session-menu.tsx";

function show(answer: () => Response) {
  return showPage(<SessionMenu />, { path: "/", address: "/", user: administrator, answer });
}

it("signs out", async () => {
  const user = userEvent.setup();
  show(() => success({ signedOut: true }));

  await user.click(screen.getByRole("button", { name: "Sign out" }));

  expect(await screen.findByRole("link", { name: "Sign in" })).toBeInTheDocument();
  expect(screen.queryByRole("alert")).toBeNull();
});

it("tells the person who leaves that the service has not heard of it", async () => {
  const user = userEvent.setup();
  show(() => refusal(503, "SERVICE_UNAVAILABLE", "Try again soon."));

  await user.click(screen.getByRole("button", { name: "Sign out" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("the service could not be told");
  expect(screen.getByRole("link", { name: "Sign in" })).toBeInTheDocument();
});
