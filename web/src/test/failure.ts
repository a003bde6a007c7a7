import { ApiError } from "../api/error.ts";

/** The refusal that an attempt ends with. */
export async function failure(attempt: Promise<unknown>): Promise<ApiError> {
  const error = await attempt.catch((caught: unknown) => caught);
  if (!(error instanceof ApiError)) {
    throw new Error("an ApiError was expected", { cause: error });
  }
  return error;
}
