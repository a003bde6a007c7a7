// What becomes of a session of cookies in a browser: kept from scripts, continued by a reload and in other tabs, renewed
// when its access token has gone, ended everywhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openPage } from "./browser.mjs";
import { readDemo } from "./demo.mjs";
import { checkPage, signIn } from "./steps.mjs";

const [ACCESS, REFRESH, CSRF] = ["access", "refresh", "csrf"].map((name) => `__Host-bccb-${name}`);

let demo;
let browser;

before(async () => {
  demo = await readDemo();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

async function cookiesOf(page) {
  const cookies = await page.context().cookies();
  return Object.fromEntries(cookies.map((cookie) => [cookie.name, cookie]));
}

test("a session lives in cookies, over reloads and tabs, until somebody signs out", async (t) => {
  const { page, faults } = await openPage(browser, demo.baseUrl);
  const [first, second] = demo.administrators;
  const leave = page.getByRole("button", { name: "Sign out" });

  await t.test("its tokens are out of reach of scripts", async () => {
    await page.goto("/audit");
    await signIn(page, first);
    await page.getByRole("row").nth(1).waitFor();
    const cookies = await cookiesOf(page);
    for (const [name, httpOnly] of [
      [ACCESS, true],
      [REFRESH, true],
      [CSRF, false],
    ]) {
      const { secure, sameSite, path } = cookies[name];
      assert.deepEqual(
        { httpOnly: cookies[name].httpOnly, secure, sameSite, path },
        { httpOnly, secure: true, sameSite: "Strict", path: "/" },
        name,
      );
    }
    const readable = await page.evaluate(() =>
      JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, history.state]),
    );
    assert.ok(!readable.includes(cookies[ACCESS].value) && !readable.includes(cookies[REFRESH].value));
  });

  await t.test("a reload and another tab continue it without asking", async () => {
    await page.reload();
    await page.getByRole("row").nth(1).waitFor();
    await leave.waitFor();
    const other = await page.context().newPage();
    await other.goto("/account");
    await other.getByRole("table").waitFor();
    await other.close();
  });

  await t.test("it is renewed when its access token has gone, and changes are accepted", async () => {
    const before = await cookiesOf(page);
    await page.goto("/account");
    await page.getByRole("table").waitFor();
    await page.context().clearCookies({ name: ACCESS });
    const renewals = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/auth/refresh")) {
        renewals.push(request.url());
      }
    });
    await page
      .getByRole("region", { name: "Name and address" })
      .getByRole("button", { name: "Save" })
      .click();
    await page.getByText("Saved").waitFor();
    const renewed = await cookiesOf(page);
    assert.equal(renewals.length, 1);
    assert.notEqual(renewed[REFRESH].value, before[REFRESH].value);
    assert.ok(renewed[ACCESS]);
  });

  await t.test("ten tabs that load at once all continue it", async () => {
    const pages = await Promise.all(Array.from({ length: 10 }, () => page.context().newPage()));
    await Promise.all(
      pages.map(async (each) => {
        await each.goto("/account");
        await each.getByRole("table").waitFor({ timeout: 60_000 });
      }),
    );
    await Promise.all(pages.map((each) => each.close()));
  });

  await t.test("signing out ends it in every tab, and for later ones", async () => {
    const other = await page.context().newPage();
    await other.goto("/audit");
    await other.getByRole("row").nth(1).waitFor();
    await leave.click();
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await other.getByRole("row").count(), 0);
    assert.deepEqual(await cookiesOf(page), {});
    await other.reload();
    await other.getByRole("heading", { name: "Sign in" }).waitFor();

    // Somebody else signs in there: the first tab is theirs too, as the cookies are.
    await signIn(other, second);
    await other.getByRole("row").nth(1).waitFor();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.goto("/account");
    await page.getByText(second.email).waitFor();
    await other.close();
  });

  await t.test("nothing went wrong on the way but the token that had gone", () => {
    assert.equal(faults.length, 1, faults.join("\n"));
    assert.match(faults[0], /401/);
  });

  await page.context().close();
});

test("over an insecure connection nobody signs in, and no password is sent", async () => {
  const insecure = new URL(demo.baseUrl);
  insecure.hostname = "bccb.test";
  const elsewhere = await launchBrowser([
    `--host-resolver-rules=MAP bccb.test ${new URL(demo.baseUrl).hostname}`,
  ]);
  // The browser complains of the connection on the console by itself.
  const { page } = await openPage(elsewhere, insecure.origin);
  const posts = [];
  page.on("request", (request) => {
    if (request.method() === "POST") {
      posts.push(request.url());
    }
  });

  await page.goto("/sign-in");
  await signIn(page, demo.administrators[0]);
  await page.getByRole("alert").getByText("Signing in needs a secure connection").waitFor();
  await checkPage(page, "50-insecure");

  assert.deepEqual(posts, []);
  await elsewhere.close();
});
