import type { UseMutationResult } from "@tanstack/react-query";
import { type ReactNode, type SubmitEvent, useId } from "react";
import { problemOf } from "../api/field-problem.ts";
import { ErrorNotice } from "./error-notice.tsx";

interface AccountFormProps<T> {
  heading: string;
  /** What sends the values, and what became of it. */
  attempt: UseMutationResult<unknown, Error, T>;
  valuesOf: (form: FormData) => T;
  /** The title of a refusal. */
  failure: string;
  /** What is said above the fields when it is done. */
  done?: ReactNode;
  /** The words of the button, and those while it works. */
  submit: [ready: string, busy: string];
  /** Whether the fields are emptied when it is done. */
  empties?: boolean;
  /** The fields; each asks what the service says about it. */
  children: (problem: (field: string) => string | undefined) => ReactNode;
}

/** The shape of every form about an account: what went wrong, what was done, the fields, one button. */
export function AccountForm<T>({
  heading,
  attempt,
  valuesOf,
  failure,
  done,
  submit,
  empties = false,
  children,
}: AccountFormProps<T>) {
  const id = useId();

  function send(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = event.currentTarget;
    attempt.mutate(valuesOf(new FormData(fields)), {
      onSuccess: () => {
        if (empties) {
          fields.reset();
        }
      },
    });
  }

  return (
    <section className="card account-form" aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      {attempt.isError && <ErrorNotice error={attempt.error} title={failure} />}
      {done}
      <form className="stack" onSubmit={send}>
        {children((field) => problemOf(attempt.error, field))}
        <button type="submit" className="button" disabled={attempt.isPending}>
          {attempt.isPending ? submit[1] : submit[0]}
        </button>
      </form>
    </section>
  );
}
