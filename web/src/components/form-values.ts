const PASSWORD = /password$/i;

/** The text of a form field, trimmed unless it is a password. */
export function textValue(form: FormData, name: string): string {
  const value = form.get(name);
  if (typeof value !== "string") {
    return "";
  }
  return PASSWORD.test(name) ? value : value.trim();
}
