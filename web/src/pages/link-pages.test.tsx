import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactElement } from "react";
import { BrowserRouter } from "react-router";
import { expect, it } from "vitest";
import { ApiClient } from "../api/client.ts";
import { createQueryClient } from "../api/query-client.ts";
import { AppContext } from "../session/app-context.ts";
import { SessionStore } from "../session/session-store.ts";
import { fakeFetch, refusal, type SeenRequest, success } from "../test/fake-fetch.ts";
import { ResetPasswordPage } from "./choose-password-page.tsx";
import { ConfirmEmailPage } from "./confirm-email-page.tsx";

function show(address: string, page: ReactElement, answer: () => Response): SeenRequest[] {
  window.history.replaceState(null, "", address);
  const { fetcher, seen } = fakeFetch(answer);
  const sessions = new SessionStore();
  render(
    <AppContext value={{ sessions, client: new ApiClient(sessions, fetcher) }}>
      <QueryClientProvider client={createQueryClient()}>
        <BrowserRouter>{page}</BrowserRouter>
      </QueryClientProvider>
    </AppContext>,
  );
  return seen;
}

it("takes the token out of the address bar and sends it once the person agrees", async () => {
  const user = userEvent.setup();
  const seen = show("/confirm-email#token=bccbo_1", <ConfirmEmailPage />, () => success({ done: true }));

  expect(window.location.href).not.toContain("bccbo_1");
  expect(JSON.stringify(window.history.state)).not.toContain("bccbo_1");
  expect(seen).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Confirm the address" }));

  expect(await screen.findByText("The address is confirmed")).toBeInTheDocument();
  expect(screen.getByRole("heading", { name: "Sign in" })).toBeInTheDocument();
  expect(seen.map(({ path, body }) => [path, body])).toEqual([
    ["/api/v1/auth/email/confirm", { token: "bccbo_1" }],
  ]);
});

it("says at the field what is wrong with a new password, and keeps the link for another try", async () => {
  const user = userEvent.setup();
  const answers = [
    refusal(422, "VALIDATION_ERROR", "the input is not valid", [
      { field: "newPassword", message: "is one that is tried first" },
    ]),
    success({ done: true }),
  ];
  const seen = show("/reset-password#token=bccbo_2", <ResetPasswordPage />, () => {
    return answers.shift() ?? success(null);
  });
  const password = screen.getByLabelText("New password");
  expect(password).toHaveAccessibleDescription(/15 characters or more/);

  await user.type(password, " password1234 {Enter}");
  await screen.findByRole("alert");
  expect(password).toBeInvalid();
  expect(password).toHaveAccessibleDescription(/is one that is tried first/);
  await user.clear(password);
  await user.type(password, "seven swans sleep{Enter}");

  expect(await screen.findByText("Your new password is set")).toBeInTheDocument();
  expect(seen.map(({ body }) => body)).toEqual([
    { token: "bccbo_2", newPassword: " password1234 " },
    { token: "bccbo_2", newPassword: "seven swans sleep" },
  ]);
});

it("says what to do when the link is not there", () => {
  const seen = show("/reset-password", <ResetPasswordPage />, () => success(null));

  expect(screen.getByText("This page needs the link from your mail")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "ask for another one" })).toHaveAttribute(
    "href",
    "/forgot-password",
  );
  expect(screen.queryByLabelText("New password")).toBeNull();
  expect(seen).toEqual([]);
});
