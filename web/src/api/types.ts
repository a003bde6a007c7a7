/** The shapes of the REST contract, as far as the web app reads them. */

export type InstitutionType = "UNIVERSITY" | "COLLEGE" | "INSTITUTE" | "POLYTECHNIC" | "EXTERNAL";
export type CredentialType = "MICRO_CREDENTIAL" | "CERTIFICATE" | "DIPLOMA" | "BADGE" | "SPECIALIZATION";
export type DeliveryMode = "IN_PERSON" | "ONLINE" | "HYBRID" | "SELF_PACED";
export type EducationLevel = "INTRODUCTORY" | "INTERMEDIATE" | "ADVANCED" | "GRADUATE";
export type BloomLevel = "REMEMBER" | "UNDERSTAND" | "APPLY" | "ANALYZE" | "EVALUATE" | "CREATE";
export type RecognitionType =
  "FULL_CREDIT" | "PARTIAL_CREDIT" | "EQUIVALENCY" | "EXEMPTION" | "ADVANCED_STANDING";
export type CreditType = "ELECTIVE" | "PROGRAM_REQUIRED" | "GENERAL_EDUCATION" | "MAJOR_REQUIRED";
export type TranscriptMethod =
  "LISTED_ON_TRANSCRIPT" | "SEPARATE_DOCUMENT" | "DIGITAL_BADGE" | "NOT_RECORDED";
export type UserRole = "ADMIN" | "INSTITUTION_ADMIN" | "PROGRAM_COORDINATOR" | "USER";
export type Recommendation = "APPROVE" | "CONDITIONAL" | "REVIEW" | "DENY";
export type MatchStatus = "COVERED" | "COVERED_LOWER_LEVEL" | "PARTIAL" | "NOT_COVERED";

/** A field the service may leave out or answer as null. */
export type Maybe<T> = T | null | undefined;

export interface FieldProblem {
  field: string;
  message: string;
}

export interface Pagination {
  page: number;
  limit: number;
  total: number;
  pages: number;
  has_next: boolean;
  has_prev: boolean;
}

export interface Page<T> {
  items: T[];
  pagination: Maybe<Pagination>;
}

export interface InstitutionSummary {
  id: string;
  name: string;
  code: string;
}

export interface Institution extends InstitutionSummary {
  type?: Maybe<InstitutionType>;
  isActive?: Maybe<boolean>;
}

export interface SearchFilters {
  institutionId?: string;
  credentialType?: string;
  level?: string;
  deliveryMode?: string;
}

export interface SearchResult {
  microCredentialId: string;
  title: string;
  institution: Maybe<InstitutionSummary>;
  similarityScore: number;
  matchedFields: Maybe<string[]>;
  snippet: Maybe<string>;
}

export interface SearchAnswer {
  results: SearchResult[];
  total: number;
  queryTimeMs: Maybe<number>;
}

export interface LearningOutcome {
  id: string;
  outcomeText: string;
  bloomLevel: Maybe<BloomLevel>;
  category: Maybe<string>;
  orderIndex: Maybe<number>;
  isCore: Maybe<boolean>;
}

export interface Prerequisite {
  id: string;
  description: string;
  type: Maybe<string>;
  isMandatory: Maybe<boolean>;
  orderIndex: Maybe<number>;
}

export interface RecognitionSummary {
  id: string;
  recognizingInstitution: InstitutionSummary;
  recognitionType: RecognitionType;
  creditValue: Maybe<number>;
  creditType: Maybe<CreditType>;
  effectiveDate: Maybe<string>;
  expiryDate: Maybe<string>;
  isActive: Maybe<boolean>;
}

export interface PathwaySummary {
  id: string;
  name: string;
  targetInstitution: Maybe<InstitutionSummary>;
  pathwayType: Maybe<string>;
  transferCredits: Maybe<number>;
  status: Maybe<string>;
}

export interface MicroCredential {
  id: string;
  title: string;
  programCode: Maybe<string>;
  description: Maybe<string>;
  institution: Maybe<InstitutionSummary>;
  credentialType: Maybe<CredentialType>;
  deliveryMode: Maybe<DeliveryMode>;
  duration: Maybe<number>;
  credits: Maybe<number>;
  cost: Maybe<number>;
  language: Maybe<string>;
  level: Maybe<EducationLevel>;
  assessmentMethod: Maybe<string>;
  status: Maybe<string>;
  programUrl: Maybe<string>;
  outcomes: Maybe<LearningOutcome[]>;
  prerequisites: Maybe<Prerequisite[]>;
  recognitions: Maybe<RecognitionSummary[]>;
  pathways: Maybe<PathwaySummary[]>;
}

export interface AssessmentRequest {
  microCredentialId: string;
  recognizingInstitutionId: string;
  recognitionType: string;
}

export interface MatrixOutcome {
  id: string;
  text: string;
  bloomLevel: Maybe<BloomLevel>;
}

export interface OutcomeMatrix {
  sourceOutcomes: MatrixOutcome[];
  targetOutcomes: MatrixOutcome[];
  /** One row per target outcome, one number per source outcome. */
  similarities: Maybe<number>[][];
}

/** A match names an outcome by its id, by its text, or by embedding it. */
export type OutcomeReference = string | { id?: Maybe<string>; text?: Maybe<string> };

export interface OutcomeMatch {
  sourceOutcome: Maybe<OutcomeReference>;
  targetOutcome: Maybe<OutcomeReference>;
  similarity: Maybe<number>;
  status: MatchStatus;
  levelGap: Maybe<number>;
}

export interface AssessmentAnalysis {
  outcomeOverlap: Maybe<number>;
  contentSimilarity: Maybe<number>;
  durationSimilarity: Maybe<number>;
  levelCompatible: Maybe<boolean>;
  historicalApprovalRate: Maybe<number>;
  basis: Maybe<string>;
  targetProgram: Maybe<{ microCredentialId: Maybe<string>; title: string }>;
}

export interface AssessmentReport {
  assessment: {
    recommendation: Recommendation;
    confidence: Maybe<number>;
    creditValue: Maybe<number>;
    creditType: Maybe<CreditType>;
  };
  analysis: Maybe<AssessmentAnalysis>;
  matrix: Maybe<OutcomeMatrix>;
  matches: Maybe<OutcomeMatch[]>;
  gaps: Maybe<string[]>;
  conditions: Maybe<string[]>;
  reasoning: Maybe<string[] | string>;
  modelVersion: Maybe<string>;
  predictionId: Maybe<string>;
}

export interface NewRecognition {
  microCredentialId: string;
  recognizingInstitutionId: string;
  recognitionType: string;
  creditValue: number;
  creditType: string;
  transcriptMethod: string;
  effectiveDate: string;
  conditions?: string;
  notes?: string;
}

export interface User {
  id: string;
  email: string;
  firstName: Maybe<string>;
  lastName: Maybe<string>;
  role: UserRole;
  institutionId: Maybe<string>;
}

/** The answer to who signs in or renews a session of cookies. */
export interface SessionAnswer {
  token_type: string;
  /** Seconds until the access token ends. */
  expires_in: number;
  user: Maybe<User>;
}

export interface NewAccount {
  email: string;
  password: string;
  firstName: string;
  lastName: string;
}

export interface ProfileChange {
  firstName: string;
  lastName: string;
  email?: string;
  currentPassword?: string;
}

export interface OwnSession {
  id: string;
  isCurrent: boolean;
  ipAddress: Maybe<string>;
  userAgent: Maybe<string>;
  createdAt: string;
  expiresAt: string;
}
