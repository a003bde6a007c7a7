import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const AXE_PATH = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const GRAVE = new Set(["serious", "critical"]);

/** Starts the system's Chromium, quiet on the network, with more arguments where a journey needs them. */
export function launchBrowser(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

/** Opens a page that keeps a list of everything a visitor should never cause: console errors, exceptions, foreign requests. */
export async function openPage(browser, baseUrl) {
  const context = await browser.newContext({
    baseURL: baseUrl,
    locale: "en-CA",
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
  });
  // An init script runs outside the page's Content-Security-Policy, which a script tag would not.
  await context.addInitScript({ content: await readFile(AXE_PATH, "utf8") });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      faults.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  const origin = new URL(baseUrl).origin;
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== origin) {
      faults.push(`request to another origin: ${request.url()}`);
    }
  });
  return { page, faults };
}

/** Asserts that axe finds nothing serious or critical on the page as it stands. */
export async function assertAccessible(page) {
  const violations = await page.evaluate(async () => {
    const report = await globalThis.axe.run(document);
    return report.violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      nodes: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
  });
  assert.deepEqual(
    violations.filter((violation) => GRAVE.has(violation.impact)),
    [],
  );
}

/** Asserts that the page needs no sideways scrolling at the width WCAG 1.4.10 names, then restores the width. */
export async function assertReflows(page) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overflow, 0, "the page scrolls sideways at 320 pixels");
  await page.setViewportSize(size);
}

/** Keeps a picture of the whole page when SCREENSHOT_DIR says where. */
export async function keepScreenshot(page, name) {
  const folder = process.env.SCREENSHOT_DIR;
  if (folder === undefined || folder === "") {
    return;
  }
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}
