import type { MicroCredential } from "../api/types.ts";
import { deliveryModes, label, levels } from "../format/labels.ts";
import { safeExternalLink } from "../format/links.ts";
import { formatCredits, formatHours, formatMoney } from "../format/numbers.ts";
import { type Fact, FactList } from "./fact-list.tsx";

interface CredentialFactsProps {
  credential: MicroCredential;
}

export function CredentialFacts({ credential }: CredentialFactsProps) {
  const facts: Fact[] = [
    { name: "Level", value: label(levels, credential.level) },
    { name: "Credits", value: formatCredits(credential.credits) },
    { name: "Duration", value: formatHours(credential.duration) },
    { name: "Delivery", value: label(deliveryModes, credential.deliveryMode) },
    { name: "Cost", value: formatMoney(credential.cost) },
    { name: "Language", value: credential.language ?? "Not stated" },
  ];
  if (credential.assessmentMethod != null && credential.assessmentMethod !== "") {
    facts.push({ name: "Assessed by", value: credential.assessmentMethod });
  }
  if (credential.programCode != null && credential.programCode !== "") {
    facts.push({ name: "Program code", value: credential.programCode });
  }
  const page = safeExternalLink(credential.programUrl);
  if (page !== null) {
    facts.push({
      name: "Program page",
      value: (
        <a href={page} rel="noreferrer">
          {new URL(page).hostname}
        </a>
      ),
    });
  }
  return (
    <section className="card" aria-labelledby="facts-heading">
      <h2 id="facts-heading">At a glance</h2>
      <FactList facts={facts} />
    </section>
  );
}
