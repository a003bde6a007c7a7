import type { Pathway } from "../api/pathway-types.ts";
import { formatDate } from "../format/dates.ts";
import { humanise } from "../format/labels.ts";
import { formatCredits, formatScore } from "../format/numbers.ts";
import { type Fact, FactList } from "./fact-list.tsx";

interface PathwayFactsProps {
  pathway: Pathway;
}

function factsOf(pathway: Pathway): Fact[] {
  const facts: Fact[] = [
    { name: "From", value: pathway.sourceInstitution.name },
    { name: "To", value: pathway.targetInstitution.name },
    { name: "Kind", value: humanise(pathway.pathwayType) },
    { name: "Transfers", value: formatCredits(pathway.transferCredits) },
  ];
  const approved = formatDate(pathway.approvedAt);
  if (approved !== null) {
    facts.push({ name: "Approved", value: approved });
  }
  if (pathway.isAiSuggested) {
    facts.push({ name: "Suggested with confidence", value: formatScore(pathway.confidenceScore) });
  }
  return facts;
}

export function PathwayFacts({ pathway }: PathwayFactsProps) {
  const texts = [
    ["How the parts correspond", pathway.equivalencyNotes],
    ["What else is asked for", pathway.additionalRequirements],
    ["Why it was suggested", pathway.aiReasoning],
    ["What the reviewer wrote", pathway.reviewNotes],
  ] as const;
  return (
    <section className="card" aria-labelledby="pathway-heading">
      <h2 id="pathway-heading">At a glance</h2>
      <FactList facts={factsOf(pathway)} />
      {texts.map(
        ([title, text]) =>
          text != null &&
          text !== "" && (
            <div key={title}>
              <h3>{title}</h3>
              <p className="prose">{text}</p>
            </div>
          ),
      )}
    </section>
  );
}
