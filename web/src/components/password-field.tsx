import { useId, useState } from "react";

interface PasswordFieldProps {
  name: string;
  label: string;
  autoComplete: "current-password" | "new-password";
  /** Whether the rules for new passwords are shown. */
  rules?: boolean;
  required?: boolean;
  problem?: string | undefined;
}

/** A password that can be looked at while it is typed; the rules stand there before the first character. */
export function PasswordField({ name, label, autoComplete, rules, required, problem }: PasswordFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const described = [rules === true && `${id}-rules`, problem !== undefined && `${id}-problem`].filter(
    Boolean,
  );
  return (
    <div className="field">
      <label htmlFor={id} id={`${id}-label`}>
        {label}
      </label>
      {rules === true && (
        <p className="field__hint" id={`${id}-rules`}>
          15 characters or more; a short sentence is good. No password that many people use, and none made of
          your name or address.
        </p>
      )}
      <div className="password">
        <input
          id={id}
          name={name}
          type={shown ? "text" : "password"}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          required={required}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={described.length === 0 ? undefined : described.join(" ")}
        />
        <button
          type="button"
          className="button button--quiet"
          aria-pressed={shown}
          aria-controls={id}
          aria-describedby={`${id}-label`}
          onClick={() => {
            setShown(!shown);
          }}
        >
          {shown ? "Hide" : "Show"}
        </button>
      </div>
      {problem !== undefined && (
        <p className="field__problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}
