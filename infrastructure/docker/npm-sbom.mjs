// Keeps of npm's bill of materials (CycloneDX, on standard input) what is shipped, and writes it to standard output.
//
// `npm sbom --omit dev` would leave out react too, because a development package also asks for it.
import { readFileSync } from "node:fs";

const bill = JSON.parse(readFileSync(0, "utf8"));
const isDevelopment = (component) =>
  (component.properties ?? []).some(({ name, value }) => name === "cdx:npm:package:development" && value === "true");

bill.components = bill.components.filter((component) => !isDevelopment(component));
const kept = new Set([bill.metadata.component["bom-ref"], ...bill.components.map((component) => component["bom-ref"])]);
bill.dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
process.stdout.write(JSON.stringify(bill, null, 1) + "\n");
