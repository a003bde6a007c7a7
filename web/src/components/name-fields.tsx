import type { User } from "../api/types.ts";
import { TextField } from "./text-field.tsx";

interface NameFieldsProps {
  user?: User;
  problem: (field: string) => string | undefined;
}

/** First and last name of a person. */
export function NameFields({ user, problem }: NameFieldsProps) {
  return (
    <>
      <TextField
        name="firstName"
        label="First name"
        autoComplete="given-name"
        defaultValue={user?.firstName ?? ""}
        required
        problem={problem("firstName")}
      />
      <TextField
        name="lastName"
        label="Last name"
        autoComplete="family-name"
        defaultValue={user?.lastName ?? ""}
        required
        problem={problem("lastName")}
      />
    </>
  );
}
