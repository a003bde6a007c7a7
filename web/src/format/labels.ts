/** The contract's enum values in the words of the people who read them, in the order they are offered. */

export type Labels = Readonly<Record<string, string>>;

export const credentialTypes: Labels = {
  MICRO_CREDENTIAL: "Micro-credential",
  CERTIFICATE: "Certificate",
  DIPLOMA: "Diploma",
  BADGE: "Badge",
  SPECIALIZATION: "Specialization",
};

export const deliveryModes: Labels = {
  IN_PERSON: "In person",
  ONLINE: "Online",
  HYBRID: "Hybrid",
  SELF_PACED: "Self-paced",
};

export const levels: Labels = {
  INTRODUCTORY: "Introductory",
  INTERMEDIATE: "Intermediate",
  ADVANCED: "Advanced",
  GRADUATE: "Graduate",
};

export const bloomLevels: Labels = {
  REMEMBER: "Remember",
  UNDERSTAND: "Understand",
  APPLY: "Apply",
  ANALYZE: "Analyze",
  EVALUATE: "Evaluate",
  CREATE: "Create",
};

export const recognitionTypes: Labels = {
  FULL_CREDIT: "Full credit",
  PARTIAL_CREDIT: "Partial credit",
  EQUIVALENCY: "Equivalency",
  EXEMPTION: "Exemption",
  ADVANCED_STANDING: "Advanced standing",
};

export const creditTypes: Labels = {
  ELECTIVE: "Elective",
  PROGRAM_REQUIRED: "Program required",
  GENERAL_EDUCATION: "General education",
  MAJOR_REQUIRED: "Major required",
};

export const transcriptMethods: Labels = {
  LISTED_ON_TRANSCRIPT: "Listed on transcript",
  SEPARATE_DOCUMENT: "Separate document",
  DIGITAL_BADGE: "Digital badge",
  NOT_RECORDED: "Not recorded",
};

export const recommendations: Labels = {
  APPROVE: "Approve",
  CONDITIONAL: "Approve with conditions",
  REVIEW: "Review by a person",
  DENY: "Do not approve",
};

export const matchStatuses: Labels = {
  COVERED: "Covered",
  COVERED_LOWER_LEVEL: "Covered at a lower level",
  PARTIAL: "Partly covered",
  NOT_COVERED: "Not covered",
};

export const roles: Labels = {
  ADMIN: "Platform administrator",
  INSTITUTION_ADMIN: "Institution administrator",
  PROGRAM_COORDINATOR: "Program coordinator",
  USER: "User",
};

export const matchedFields: Labels = {
  title: "title",
  description: "description",
  outcomes: "learning outcomes",
  learningOutcomes: "learning outcomes",
  prerequisites: "prerequisites",
  keywords: "keywords",
};

export const entityTypes: Labels = {
  MICRO_CREDENTIAL: "Micro-credential",
  RECOGNITION: "Recognition",
  PATHWAY: "Pathway",
  INSTITUTION: "Institution",
  USER: "User",
  WEBHOOK: "Webhook",
  REPORT: "Report",
};

export const feedbackVerdicts: Labels = {
  ACCEPTED: "Used as it was",
  MODIFIED: "Used after a change",
  REJECTED: "Not used",
};

export const ratings: Labels = {
  1: "1 – of no use",
  2: "2",
  3: "3",
  4: "4",
  5: "5 – very useful",
};

export const credentialStatuses: Labels = {
  DRAFT: "Draft",
  UNDER_REVIEW: "Under review",
  PUBLISHED: "Published",
  ARCHIVED: "Archived",
};

export const pathwayStatuses: Labels = {
  DRAFT: "Draft",
  UNDER_REVIEW: "Under review",
  APPROVED: "Approved",
  ACTIVE: "Open",
  SUSPENDED: "Closed for a while",
  ARCHIVED: "Archived",
};

export const pathwaySteps: Labels = {
  submit: "Submit for review",
  approve: "Approve",
  reject: "Send back",
  activate: "Open it",
  suspend: "Close it for a while",
  archive: "Archive",
};

export const fileFormats: Labels = {
  csv: "CSV, for spreadsheets",
  jsonl: "JSON lines, for programs",
};

export const importModes: Labels = {
  UPSERT: "Add new ones and change known ones",
  CREATE: "Only add new ones",
  UPDATE: "Only change known ones",
};

export const reportKinds: Labels = {
  DECISIONS: "Decisions of a period",
  CATALOGUE: "The catalogue",
};

export const reportStatuses: Labels = {
  PENDING: "Being made",
  READY: "Ready",
  FAILED: "Given up",
};

export const deliveryStatuses: Labels = {
  PENDING: "On its way",
  SUCCEEDED: "Taken",
  FAILED: "Given up",
};

/** What webhooks can hear of, thing by thing. */
export const webhookEvents: Readonly<Record<string, readonly string[]>> = {
  credential: ["created", "updated", "submitted", "published", "rejected", "archived", "deleted"],
  recognition: ["created", "updated", "withdrawn"],
  pathway: [
    "created",
    "updated",
    "submitted",
    "approved",
    "rejected",
    "activated",
    "suspended",
    "archived",
    "deleted",
  ],
  institution: ["created", "updated", "deleted"],
  user: ["registered"],
};

export const auditActions: Labels = {
  CREATE: "Created",
  UPDATE: "Changed",
  DELETE: "Deleted",
  PUBLISH: "Published",
  ARCHIVE: "Archived",
  APPROVE: "Approved",
  REJECT: "Sent back",
  ACTIVATE: "Opened",
  SUSPEND: "Closed for a while",
  SUBMIT: "Submitted for review",
  LOGIN: "Signed in",
  LOGIN_FAILED: "Sign-in failed",
  LOGOUT: "Signed out",
  REFRESH_REUSE: "Session ended: token used twice",
  ACCESS_REFUSED: "Access refused",
  SESSION_END: "Session ended",
  PASSWORD_CHANGE: "Password changed",
  PASSWORD_RESET_REQUEST: "Password reset asked for",
  PASSWORD_RESET: "Password reset",
  REGISTRATION_REQUEST: "Account asked for",
  EMAIL_CHANGE_REQUEST: "Another address asked for",
  EMAIL_CHANGE: "Address changed",
  INVITE: "Invited",
  INVITE_ACCEPT: "Invitation accepted",
  ROLE_CHANGE: "Role changed",
  ACCOUNT_DISABLE: "Account disabled",
  ACCOUNT_ENABLE: "Account enabled",
  IMPORT: "Imported",
  EXPORT: "Exported",
};

/** The words for a value; a value this version does not know is shown readable rather than hidden. */
export function label(labels: Labels, value: string | null | undefined): string {
  if (value === null || value === undefined || value === "") {
    return "Not stated";
  }
  return labels[value] ?? humanise(value);
}

/** `creditValue` and `CREDIT_VALUE` both become `Credit value`. */
export function humanise(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_\s]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
