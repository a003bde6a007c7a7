// The journey of an institution's administrator through the running system, in a real browser:
// search → credential → assessment → sign-in → decision → audit log.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openPage } from "./browser.mjs";
import { chooseDecision, read, readDemo } from "./demo.mjs";
import { checkPage, signIn, stepsOf } from "./steps.mjs";

const QUERY = "keeping living cells alive in a dish without contamination";
const STATUSES = /^\S? ?(Covered|Covered at a lower level|Partly covered|Not covered)/;
const RECOMMENDATIONS = /Approve|Approve with conditions|Review by a person|Do not approve/;

let demo;
let browser;

before(async () => {
  demo = await readDemo();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

test("an administrator finds an offer, has it assessed, records the decision and finds it in the audit log", async (t) => {
  const { page, faults } = await openPage(browser, demo.baseUrl);
  const marker = `End-to-end journey ${new Date().toISOString()}`;
  let credential;
  let decision;
  let recognitionId;
  const step = stepsOf(t, page, "journey");

  await step("the start page invites to search", async () => {
    await page.goto("/");
    await page.getByRole("heading", { level: 1, name: "Find a micro-credential" }).waitFor();
    await page.getByLabel("Institution").locator("option").nth(1).waitFor({ state: "attached" });
    await checkPage(page, "01-start");
  });

  await step(
    "a search by meaning lists offers with their similarity, and its address can be shared",
    async () => {
      await page.getByRole("searchbox").fill(QUERY);
      await page.getByRole("searchbox").press("Enter");
      const results = page.getByRole("region", { name: "Search results" }).getByRole("listitem");
      await results.first().waitFor();
      assert.equal(new URL(page.url()).searchParams.get("q"), QUERY);
      assert.match(await results.first().innerText(), /Similarity\s+[01]\.\d\d/);
      await checkPage(page, "02-results");

      await page.reload();
      await results.first().waitFor();
      assert.equal(await page.getByRole("searchbox").inputValue(), QUERY);
    },
  );

  await step("the first result opens with its outcomes", async () => {
    const link = page.getByRole("region", { name: "Search results" }).getByRole("link").first();
    const title = await link.innerText();
    await link.click();
    await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
    credential = await read(demo.baseUrl, new URL(page.url()).pathname);
    assert.equal(credential.title, title);
    const outcomes = page.getByRole("region", { name: "Learning outcomes" }).getByRole("listitem");
    assert.equal(await outcomes.count(), credential.outcomes.length);
    await page.getByRole("button", { name: "Assess" }).waitFor();
    await checkPage(page, "03-credential");
    decision = chooseDecision(credential, demo.administrators);
  });

  await step("asking for an assessment leads to the sign-in form in place", async () => {
    const form = page.getByRole("region", { name: "Would an institution accept this?" });
    const institutions = await read(demo.baseUrl, "/institutions?limit=100");
    const institution = institutions.find(({ code }) => code === decision.administrator.institutionCode);
    await form.getByLabel("Institution", { exact: true }).selectOption(institution.id);
    await form.getByLabel("Kind of recognition").selectOption(decision.recognitionType);
    await form.getByRole("button", { name: "Assess" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await checkPage(page, "04-sign-in");
  });

  await step(
    "after signing in the report appears: recommendation, matrix, statuses, provenance",
    async () => {
      await signIn(page, decision.administrator);

      const recommendation = page.getByRole("region", { name: "Recommendation" });
      assert.match(await recommendation.innerText(), RECOMMENDATIONS);
      assert.match(await recommendation.innerText(), /Confidence\s+[01]\.\d\d/);

      const matrix = page.getByRole("table");
      const rows = matrix.locator("tbody tr");
      const sources = (await matrix.getByRole("columnheader").count()) - 2;
      assert.ok(sources > 0, "the matrix has a column per outcome of the credential");
      assert.ok((await rows.count()) > 0, "the matrix has a row per outcome asked for");
      for (const row of await rows.all()) {
        const [status, ...cells] = await row.getByRole("cell").allInnerTexts();
        assert.match(status, STATUSES);
        assert.equal(cells.length, sources);
        for (const cell of cells) {
          assert.match(cell, /^-?[01]\.\d\d/);
        }
      }
      assert.match(await page.getByRole("article").innerText(), /Model \S+ · prediction \S+/);
      await checkPage(page, "05-report");
    },
  );

  await step("the administrator records the recognition", async () => {
    const form = page.getByRole("region", { name: "Record the decision" });
    const credits = form.getByLabel("Credits");
    if ((await credits.inputValue()) === "") {
      await credits.fill("1");
    }
    assert.equal(await form.getByLabel("Kind of recognition").inputValue(), decision.recognitionType);
    await form.getByLabel("Notes").fill(marker);
    const answered = page.waitForResponse(
      (response) => response.request().method() === "POST" && response.url().endsWith("/api/v1/recognitions"),
    );
    await form.getByRole("button", { name: "Record recognition" }).click();
    const answer = await answered;
    assert.equal(answer.status(), 201, await answer.text());
    recognitionId = (await answer.json()).data.id;
    await form.getByText("The recognition is recorded").waitFor();
    await checkPage(page, "06-recorded");
  });

  await step("the audit log shows who decided what", async () => {
    await page.getByRole("link", { name: "Show it in the audit log" }).click();
    await page.getByRole("heading", { level: 1, name: "Audit log" }).waitFor();
    const row = page.getByRole("row").filter({ hasText: recognitionId });
    await row.waitFor();
    const entry = await row.innerText();
    assert.match(entry, /Created/);
    assert.match(entry, /Recognition/);
    assert.ok(entry.includes(marker), "the entry holds the notes of this decision");
    await checkPage(page, "07-audit");
  });

  await step("the credential now names the institution among those that recognise it", async () => {
    await page.goBack();
    await page.getByRole("link", { name: credential.title }).click();
    const recognitions = page.getByRole("region", { name: "Recognised by" }).getByRole("row");
    const recorded = (credential.recognitions ?? []).length + 1;
    await recognitions.nth(recorded).waitFor(); // row 0 is the header
    assert.equal(await recognitions.count(), recorded + 1);
    await checkPage(page, "08-recognised");
  });

  await step("signing out takes the decisions off the screen", async () => {
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("row").nth(1).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.getByRole("row").count(), 0);
  });

  await t.test("nothing went wrong on the way", () => {
    assert.deepEqual(faults, []);
  });

  await page.context().close();
});
