// What an administrator does for an institution: where its offers lead → drafts → word on the answer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openPage } from "./browser.mjs";
import { read, readDemo } from "./demo.mjs";
import { checkPage, signIn, stepsOf } from "./steps.mjs";

const OFFER = "BCIT-CYB-110";

let demo;
let browser;

before(async () => {
  demo = await readDemo();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

test("an administrator looks after what an institution offers", async (t) => {
  const { page, faults } = await openPage(browser, demo.baseUrl);
  const step = stepsOf(t, page, "institution");
  const [offer] = await read(demo.baseUrl, `/credentials?search=${OFFER}`);
  const administrator = demo.administrators.find(
    ({ institutionCode }) => institutionCode === offer.institution.code,
  );
  assert.ok(administrator, `demo.json has no administrator of ${offer.institution.code}`);

  await step("an offer leads to where its learners could continue", async () => {
    await page.goto(`/credentials/${offer.id}`);
    await page.getByRole("link", { name: "Recommend pathways" }).click();
    await page.getByRole("heading", { level: 1, name: "Where could this lead?" }).waitFor();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await checkPage(page, "30-recommendations-sign-in");
    await signIn(page, administrator);

    const destinations = page.getByRole("main").getByRole("list").first().locator("> li");
    await destinations.first().waitFor();
    assert.match(await destinations.first().innerText(), /Confidence\s+[01]\.\d\d/);
    await checkPage(page, "31-recommendations");
    await page.getByLabel("Confidence").selectOption("0.2");
    await page.getByRole("button", { name: "Recommend" }).click();
    await page.getByRole("heading", { name: /out of \d+ destinations compared/ }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("minConfidence"), "0.2");
    await destinations.nth(1).waitFor();
  });

  await step("the reasons open by keyboard", async () => {
    const reasons = page.getByText(/^Why/).first();
    await reasons.focus();
    await page.keyboard.press("Enter");
    await page
      .getByText(/weighted mean/)
      .first()
      .waitFor();
    await checkPage(page, "32-reasons");
  });

  await step("they are recorded as drafts, which the offer then shows", async () => {
    await page.getByRole("button", { name: "Record the drafts" }).click();
    const drafts = page.getByRole("region", { name: "Record as drafts" });
    await drafts.getByText(/recorded|Nothing new/).waitFor();
    await checkPage(page, "33-drafts");
  });

  await step("the administrator says what the answer was good for", async () => {
    const word = page.getByRole("region", { name: "What did you make of it?" });
    await word.getByLabel("The answer was").selectOption("MODIFIED");
    await word.getByLabel("Rating").selectOption("4");
    await word.getByRole("button", { name: "Send" }).click();
    await word.getByText("Thank you").waitFor();
    await checkPage(page, "34-word");
  });

  await t.test("nothing went wrong on the way", () => {
    assert.deepEqual(faults, []);
  });

  await page.context().close();
});
