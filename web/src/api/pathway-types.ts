/** The shapes of the REST contract about pathways. */

import type { InstitutionSummary, Maybe } from "./types.ts";

export type PathwayStatus = "DRAFT" | "UNDER_REVIEW" | "APPROVED" | "ACTIVE" | "SUSPENDED" | "ARCHIVED";

export interface Pathway {
  id: string;
  name: string;
  description: Maybe<string>;
  sourceInstitution: InstitutionSummary;
  targetInstitution: InstitutionSummary;
  microCredentialId: string;
  microCredentialTitle: string;
  pathwayType: string;
  transferCredits: Maybe<number>;
  equivalencyNotes: Maybe<string>;
  additionalRequirements: Maybe<string>;
  confidenceScore: Maybe<number>;
  isAiSuggested: boolean;
  aiReasoning: Maybe<string>;
  status: PathwayStatus;
  approvedAt: Maybe<string>;
  /** What the reviewer wrote; only for people of the institutions that it joins. */
  reviewNotes: Maybe<string>;
  /** Counts every change. */
  version: number;
}

/** A step of a pathway's workflow, as its address calls it. */
export type PathwayStep = "submit" | "approve" | "reject" | "activate" | "suspend" | "archive";
