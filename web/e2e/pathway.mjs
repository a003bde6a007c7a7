// A pathway from its draft until it is open: one institution submits it, the other agrees, either opens and closes it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openPage } from "./browser.mjs";
import { read, readDemo, write } from "./demo.mjs";
import { checkPage, signIn, stepsOf } from "./steps.mjs";

let demo;
let browser;

before(async () => {
  demo = await readDemo();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

test("two institutions bring a pathway from its draft to its learners", async (t) => {
  const { page, faults } = await openPage(browser, demo.baseUrl);
  const step = stepsOf(t, page, "pathway");
  const [source, target] = demo.administrators;
  const institutions = await read(demo.baseUrl, "/institutions?limit=100");
  const idOf = ({ institutionCode }) => institutions.find(({ code }) => code === institutionCode).id;
  const [offer] = await read(demo.baseUrl, `/credentials?institutionId=${idOf(source)}&limit=1`);
  const pathway = await write(demo.baseUrl, source, "/pathways", {
    name: `End-to-end pathway ${Date.now()}`,
    sourceInstitutionId: idOf(source),
    targetInstitutionId: idOf(target),
    microCredentialId: offer.id,
    pathwayType: "EXTERNAL",
    transferCredits: 3,
  });
  const next = page.getByRole("region", { name: "What happens next" });
  const take = async (words, state) => {
    await next.getByRole("button", { name: new RegExp(`^${words}`) }).click();
    await page.keyboard.press("Enter"); // the question whether it is meant has focus
    await page.getByText(state, { exact: true }).first().waitFor();
  };
  const becomes = async (account) => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).click();
    await signIn(page, account);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.goto(`/pathways/${pathway.id}`);
    await page.getByRole("heading", { level: 1, name: pathway.name }).waitFor();
  };

  await step("its source finds the draft at the offer and submits it", async () => {
    await page.goto("/sign-in");
    await signIn(page, source);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.goto(`/credentials/${offer.id}`);
    await page.getByRole("link", { name: pathway.name }).click();
    await page.getByRole("heading", { level: 1, name: pathway.name }).waitFor();
    await checkPage(page, "60-draft");
    await take("Submit for review", "Under review");
  });

  await step("its target sends it back with a reason, which the source reads", async () => {
    await becomes(target);
    await checkPage(page, "61-review");
    await next.getByLabel(/^Your notes/).fill("Say which outcomes correspond.");
    await next.getByRole("button", { name: "Send back" }).click();
    await page.getByText("Draft", { exact: true }).waitFor();
    await becomes(source);
    await page.getByText("Say which outcomes correspond.").waitFor();
    await take("Submit for review", "Under review");
  });

  await step("its target agrees and opens it", async () => {
    await becomes(target);
    await next.getByRole("button", { name: "Approve" }).click();
    await page.getByText("Recorded: approved").waitFor();
    await take("Open it", "Open");
    await checkPage(page, "62-open");
    const open = await read(demo.baseUrl, `/pathways/${pathway.id}`);
    assert.equal(open.status, "ACTIVE");
  });

  await step("it is archived", async () => {
    await take("Archive", "Archived");
    await checkPage(page, "63-archived");
  });

  await t.test("nothing went wrong on the way", () => {
    assert.deepEqual(faults, []);
  });

  await page.context().close();
});
