import type { InputHTMLAttributes } from "react";
import { TextField } from "./text-field.tsx";

interface EmailFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  problem?: string | undefined;
}

/** The address that a person signs in with. */
export function EmailField(input: EmailFieldProps) {
  return <TextField {...input} name="email" label="E-mail" type="email" autoComplete="username" required />;
}
