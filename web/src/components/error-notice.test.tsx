import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiError } from "../api/error.ts";
import { ErrorNotice } from "./error-notice.tsx";

it("shows the service's message, every detail, the wait and the request id", () => {
  const error = new ApiError({
    status: 422,
    code: "VALIDATION_ERROR",
    message: "The recognition is not valid.",
    details: [
      { field: "creditValue", message: "must be at most 60" },
      { field: "effectiveDate", message: "must not be after expiryDate" },
    ],
    retryAfterSeconds: 180,
    requestId: "r42",
  });
  render(<ErrorNotice error={error} />);
  const alert = screen.getByRole("alert");
  expect(alert).toHaveTextContent("The recognition is not valid.");
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "Credit value: must be at most 60",
    "Effective date: must not be after expiryDate",
  ]);
  expect(alert).toHaveTextContent("Try again in 3 minutes");
  expect(alert).toHaveTextContent("VALIDATION_ERROR · request r42");
});

it("hides the text of an unexpected error", () => {
  render(<ErrorNotice error={new TypeError("x is undefined")} />);
  expect(screen.getByRole("alert")).not.toHaveTextContent("undefined");
});
