import { assertAccessible, assertReflows, keepScreenshot } from "./browser.mjs";

/** Asserts what every page must be like, and keeps its picture. */
export async function checkPage(page, name) {
  await assertAccessible(page);
  await assertReflows(page);
  await keepScreenshot(page, name);
}

/** Steps that stand on one another: after a failure the rest would only fail slowly. */
export function stepsOf(t, page, journey) {
  let broken = false;
  return (name, body) =>
    t.test(name, { skip: broken && "an earlier step failed" }, async () => {
      try {
        await body();
      } catch (error) {
        broken = true;
        await keepScreenshot(page, `failure-${journey}`);
        throw error;
      }
    });
}

/** Fills in the sign-in form that stands on the page. */
export async function signIn(page, { email, password }) {
  const form = page.getByRole("region", { name: "Sign in" });
  await form.getByLabel("E-mail").fill(email);
  await form.getByLabel("Password", { exact: true }).fill(password);
  await form.getByLabel("Password", { exact: true }).press("Enter");
}
