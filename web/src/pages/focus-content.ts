/** Puts focus on the page's content: after navigation, and when the form that held focus is gone. */
export function focusContent(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
}
