import { useState } from "react";

interface ConfirmedButtonProps {
  words: string;
  /** What it is about, for those who do not see where the button stands. */
  about: string;
  /** The words of the second button, which does it. */
  confirm: string;
  disabled: boolean;
  onConfirm: () => void;
}

/** Puts focus on the second button; a stable function, so that it runs once. */
function focusOnMount(button: HTMLButtonElement | null) {
  button?.focus();
}

/** A button for what cannot be undone: it asks once more, in place. */
export function ConfirmedButton({ words, about, confirm, disabled, onConfirm }: ConfirmedButtonProps) {
  const [asks, setAsks] = useState(false);
  const hidden = <span className="visually-hidden">: {about}</span>;
  if (!asks) {
    return (
      <button
        type="button"
        className="button button--quiet"
        disabled={disabled}
        onClick={() => {
          setAsks(true);
        }}
      >
        {words}
        {hidden}
      </button>
    );
  }
  return (
    <>
      <button
        type="button"
        className="button"
        ref={focusOnMount}
        disabled={disabled}
        onClick={() => {
          setAsks(false);
          onConfirm();
        }}
      >
        {confirm}
        {hidden}
      </button>
      <button
        type="button"
        className="button button--quiet"
        onClick={() => {
          setAsks(false);
        }}
      >
        Leave it
      </button>
    </>
  );
}
