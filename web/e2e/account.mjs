// The journey of a person with an account: register → mail → confirm → sign in → another password → forgotten → reset →
// sign in elsewhere → end that session.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openPage } from "./browser.mjs";
import { readDemo } from "./demo.mjs";
import { linkFromMail } from "./mail.mjs";
import { checkPage, signIn, stepsOf } from "./steps.mjs";

const FIRST = "a heron stands in the shallow water";
const SECOND = "two otters cross the wooden bridge";
const THIRD = "seven swans sleep under the willow";

let demo;
let browser;

before(async () => {
  demo = await readDemo();
  assert.ok(demo.mailFolder, "demo.json does not say where mails are");
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

/** Asserts that neither the address bar nor any storage of the browser holds a token. */
async function assertNoTokenIsKept(page) {
  const kept = await page.evaluate(() => [
    window.location.href,
    JSON.stringify(window.history.state),
    JSON.stringify({ ...window.localStorage }),
    JSON.stringify({ ...window.sessionStorage }),
    document.cookie,
  ]);
  for (const text of kept) {
    assert.doesNotMatch(text, /bccbo_|bccbr_|eyJ|token=/, text);
  }
}

test("a person registers, confirms the address, changes and resets the password, and ends a session", async (t) => {
  const { page, faults } = await openPage(browser, demo.baseUrl);
  const email = `otter-${Date.now()}@people.example`;
  const step = stepsOf(t, page, "account");
  const refused = [];
  page.on("response", (response) => {
    if (response.status() >= 400) {
      refused.push(response.status());
    }
  });

  await step("the rules stand beside the password, and what breaks them is said at the field", async () => {
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByRole("heading", { level: 1, name: "Create an account" }).waitFor();
    await page.getByText("15 characters or more").waitFor();
    await checkPage(page, "20-register");

    await page.getByLabel("First name").fill("Otto");
    await page.getByLabel("Last name").fill("Otter");
    await page.getByLabel("E-mail").fill(email);
    const password = page.getByLabel("Password", { exact: true });
    await password.fill("password1234");
    await password.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.equal(await password.getAttribute("aria-invalid"), "true");
    await checkPage(page, "21-register-refused");
    await page.getByRole("button", { name: "Show" }).click();
    assert.equal(await password.getAttribute("type"), "text");
  });

  await step("registering says to look into the mail", async () => {
    await page.getByLabel("Password", { exact: true }).fill(FIRST);
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByText("Look into your mail").waitFor();
    await checkPage(page, "22-registered");
  });

  await step("before the address is confirmed nobody signs in", async () => {
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, { email, password: FIRST });
    await page.getByText("You are not signed in").waitFor();
  });

  await step("the link of the mail confirms the address, and its token stays nowhere", async () => {
    await page.goto(await linkFromMail(demo.mailFolder, email, "confirm-email"));
    await page.getByRole("button", { name: "Confirm the address" }).waitFor();
    await assertNoTokenIsKept(page);
    await checkPage(page, "23-confirm");
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByText("The address is confirmed").waitFor();
    await checkPage(page, "24-confirmed");
    await signIn(page, { email, password: FIRST });
    await page.getByRole("link", { name: "Otto Otter" }).waitFor();
    await assertNoTokenIsKept(page);
  });

  await step("the person changes name and password", async () => {
    await page.getByRole("link", { name: "Otto Otter" }).click();
    await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
    await page.getByRole("table").waitFor();
    await checkPage(page, "25-account");
    const profile = page.getByRole("region", { name: "Name and address" });
    await profile.getByLabel("First name").fill("Ottilie");
    await profile.getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "Ottilie Otter" }).waitFor();

    const form = page.getByRole("region", { name: "Password" });
    await form.getByLabel("Current password").fill("not the current one");
    await form.getByLabel("New password").fill(SECOND);
    await form.getByRole("button", { name: "Change the password" }).click();
    await form.getByRole("alert").waitFor();
    await form.getByLabel("Current password").fill(FIRST);
    await form.getByRole("button", { name: "Change the password" }).click();
    await form.getByText("The password was changed").waitFor();
    assert.equal(await form.getByLabel("New password").inputValue(), "");
    await page.getByRole("button", { name: "Sign out" }).click();
  });

  await step("a forgotten password is replaced by a link", async () => {
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Forgotten your password?" }).click();
    await page.getByRole("heading", { level: 1, name: "Choose a new password" }).waitFor();
    await checkPage(page, "26-forgot");
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Send a link" }).click();
    await page.getByText("Look into your mail").waitFor();

    await page.goto(await linkFromMail(demo.mailFolder, email, "reset-password"));
    await page.getByLabel("New password").waitFor();
    await assertNoTokenIsKept(page);
    await checkPage(page, "27-reset");
    await page.getByLabel("New password").fill(THIRD);
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("Your new password is set").waitFor();
    await signIn(page, { email, password: SECOND });
    await page.getByText("You are not signed in").waitFor();
    await signIn(page, { email, password: THIRD });
    await page.getByRole("link", { name: "Ottilie Otter" }).waitFor();
  });

  await step("a session elsewhere is seen in the list and ended from there", async () => {
    const elsewhere = await openPage(browser, demo.baseUrl);
    await elsewhere.page.goto("/sign-in");
    await signIn(elsewhere.page, { email, password: THIRD });
    await elsewhere.page.getByRole("link", { name: "Ottilie Otter" }).waitFor();

    await page.getByRole("link", { name: "Ottilie Otter" }).click();
    const sessions = page.getByRole("region", { name: "Sessions" });
    const end = sessions.getByRole("button", { name: /^End the session of/ });
    await end.waitFor();
    assert.equal(await end.count(), 1);
    await end.click();
    await sessions.getByText("The session has ended").waitFor();
    await end.waitFor({ state: "detached" });
    await checkPage(page, "28-session-ended");

    await elsewhere.page.getByRole("link", { name: "Ottilie Otter" }).click();
    await elsewhere.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await elsewhere.page.context().close();
  });

  await step("a link without its token says what to do", async () => {
    await page.goto("/reset-password");
    await page.getByText("This page needs the link from your mail").waitFor();
    await page.goto("/accept-invitation");
    await page.getByText("ask the administrator").waitFor();
    await checkPage(page, "29-no-token");
  });

  await t.test("nothing went wrong on the way but what was meant to", () => {
    // 422 twice: a bad password, a wrong current one; 401 twice: not confirmed yet, the old password.
    assert.deepEqual(refused.toSorted(), [401, 401, 422, 422]);
    assert.equal(faults.length, refused.length, faults.join("\n"));
  });

  await page.context().close();
});
