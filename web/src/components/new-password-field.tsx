import { PasswordField } from "./password-field.tsx";

interface NewPasswordFieldProps {
  name: string;
  label: string;
  problem: string | undefined;
}

/** A password that is chosen now, with the rules for it. */
export function NewPasswordField(field: NewPasswordFieldProps) {
  return <PasswordField {...field} autoComplete="new-password" rules required />;
}
