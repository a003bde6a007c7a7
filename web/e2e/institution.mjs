// What an administrator does for an institution: where its offers lead → drafts → word on the answer → export → import →
// integrity of the record → report → webhook.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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

/** Has a file judged by the import form. */
async function check(page, content) {
  const form = page.getByRole("region", { name: "Import" });
  const file = { name: "offers.csv", mimeType: "text/csv", buffer: Buffer.from(content) };
  await form.getByLabel("File").setInputFiles(file);
  await form.getByRole("button", { name: "Check the file" }).click();
}

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

  await step("they are recorded as drafts", async () => {
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

  let exported;

  await step("the catalogue of the institution is exported", async () => {
    await page.getByRole("link", { name: "Import and export" }).click();
    await page.getByRole("heading", { level: 1, name: "Import and export" }).waitFor();
    const form = page.getByRole("region", { name: "Export" });
    await form.getByLabel("Institution").waitFor();
    await checkPage(page, "35-exchange");
    const saving = page.waitForEvent("download");
    await form.getByRole("button", { name: "Export" }).click();
    const file = await saving;
    assert.match(file.suggestedFilename(), /^micro-credentials-\d{4}-\d\d-\d\d\.csv$/);
    exported = await readFile(await file.path(), "utf8");
    assert.ok(exported.includes(OFFER));
    await form.getByText("The file is among your downloads").waitFor();
  });

  await step("a file that was exported stands as it is", async () => {
    await check(page, exported);
    await page.getByText("there is nothing to do").waitFor();
    assert.equal(await page.getByRole("button", { name: "Import the file" }).count(), 0);
  });

  await step("a bad file is told line by line, and nothing of it can be imported", async () => {
    await check(page, "programCode,title,credentialType,credits\nE2E-1,Knots,BADGE,700\nE2E-2,,BADGE,1\n");
    const rows = page.getByRole("region", { name: "Problems" }).getByRole("row");
    await rows.nth(2).waitFor();
    assert.match(await rows.nth(1).innerText(), /2\s+credits\s+must be between 0 and 60/);
    assert.match(await rows.nth(2).innerText(), /3\s+title/);
    assert.equal(await page.getByRole("button", { name: "Import the file" }).count(), 0);
    await checkPage(page, "36-import-problems");
  });

  await step("a good file is checked, imported, and on record", async () => {
    const code = `E2E-${Date.now()}`;
    await check(page, `programCode,title,credentialType,credits\n${code},Knots and splices,BADGE,1\n`);
    await page.getByText("The file has no problem").waitFor();
    await checkPage(page, "37-import-checked");
    await page.getByRole("button", { name: "Import the file" }).click();
    await page.getByText("The file is imported").waitFor();
    await checkPage(page, "38-imported");
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("row").filter({ hasText: "Imported" }).first().waitFor();
    await checkPage(page, "39-audit");
  });

  await step("the record is verified", async () => {
    await page.getByRole("link", { name: /^Verify that nothing/ }).click();
    await page.getByRole("heading", { level: 1, name: "Integrity of the record" }).waitFor();
    await page.getByRole("button", { name: "Verify the record" }).click();
    await page.getByText("The record is whole").waitFor();
    await checkPage(page, "40-integrity");
  });

  await step("a report on the decisions is asked for, made and downloaded", async () => {
    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByRole("heading", { level: 1, name: "Reports" }).waitFor();
    const form = page.getByRole("region", { name: "Ask for a report" });
    const today = new Date().toISOString().slice(0, 10);
    await form.getByLabel("First day").fill(`${today.slice(0, 8)}01`);
    await form.getByLabel("Last day").fill(today);
    await form.getByRole("button", { name: "Make the report" }).click();
    await form.getByText("The report is being made").waitFor();

    const newest = page.getByRole("region", { name: "Reports" }).getByRole("row").nth(1);
    await newest.getByText("Ready").waitFor();
    await checkPage(page, "41-reports");
    const saving = page.waitForEvent("download");
    await newest.getByRole("button", { name: /^Download/ }).click();
    const file = await saving;
    assert.equal(file.suggestedFilename(), `decisions-${today.slice(0, 8)}01-${today}.csv`);
    assert.match(await readFile(await file.path(), "utf8"), /^\w+(,\w+)+\r?\n/);
  });

  await step("a webhook is made, told its secret, looked at, and removed by keyboard", async () => {
    const url = `https://receiver.example.org/${Date.now()}`;
    await page.getByRole("link", { name: "Webhooks" }).click();
    await page.getByRole("heading", { level: 1, name: "Webhooks" }).waitFor();
    const form = page.getByRole("region", { name: "Make a webhook" });
    await form.getByText("Only some events").click();
    await form.getByRole("group", { name: "User" }).getByLabel("Registered").check();
    await form.getByLabel(/^Address/).fill(url);
    await form.getByRole("button", { name: "Make the webhook" }).click();
    await form.getByText(/^whsec_/).waitFor();
    await checkPage(page, "42-webhooks");

    const own = page.getByRole("region", { name: "Webhooks" }).getByRole("listitem").filter({ hasText: url });
    await own.getByRole("link", { name: /^What was sent/ }).click();
    await page.getByText("Nothing was sent yet").waitFor();
    await checkPage(page, "43-deliveries");
    await page.goBack();
    await own.getByRole("button", { name: /^Remove/ }).press("Enter");
    await checkPage(page, "44-confirm");
    await page.keyboard.press("Enter");
    await page.getByText("The webhook is removed").waitFor();
    await own.waitFor({ state: "detached" });
  });

  await step("who is no administrator is told whom to ask", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await signIn(page, demo.coordinator);
    await page.getByText("Your account cannot manage webhooks").waitFor();
    await checkPage(page, "45-no-administrator");
  });

  await t.test("nothing went wrong on the way", () => {
    assert.deepEqual(faults, []);
  });

  await page.context().close();
});
