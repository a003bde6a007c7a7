/** The shapes of the REST contract about recommendations, and what people make of answers. */

import type { InstitutionSummary, Maybe, PathwaySummary } from "./types.ts";

export interface RecommendationRequest {
  microCredentialId: string;
  targetInstitutionId?: string;
  minConfidence: number;
}

/** Each from 0 to 1; null when nothing on record tells it. */
export interface RecommendationFactors {
  content: number;
  collaborative: Maybe<number>;
  institution: Maybe<number>;
  history: Maybe<number>;
}

export interface SimilarOutcome {
  sourceOutcome: string;
  targetOutcome: string;
  similarity: number;
}

export interface PathwayRecommendation {
  /** The pathway when it is open already. */
  pathwayId: Maybe<string>;
  targetProgram: { microCredentialId: Maybe<string>; title: string; institution: InstitutionSummary };
  confidenceScore: number;
  transferCredits: number;
  reasoning: string[];
  factors: RecommendationFactors;
  similarOutcomes: SimilarOutcome[];
  /** Hours of learning that remain. */
  expectedDuration: Maybe<number>;
}

export interface RecommendationMetadata {
  totalCandidates: number;
  filteredCount: number;
  modelVersion: string;
}

export interface RecommendationAnswer {
  recommendations: PathwayRecommendation[];
  metadata: RecommendationMetadata;
  predictionId: string;
}

export interface SuggestionAnswer {
  pathways: PathwaySummary[];
}

export interface NewFeedback {
  predictionId: string;
  verdict: string;
  rating?: number;
  comment?: string;
}
