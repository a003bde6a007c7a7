import type { User } from "../api/types.ts";

// Hints for what to show; the service decides on every request.

/** Whether somebody looks after an institution or the platform: the record, files of micro-credentials, reports. */
export function isAdministrator(user: User): boolean {
  return user.role === "INSTITUTION_ADMIN" || user.role === "ADMIN";
}

export function maySuggestPathways(user: User, offeringInstitutionId: string): boolean {
  return (
    user.role === "ADMIN" ||
    ((user.role === "INSTITUTION_ADMIN" || user.role === "PROGRAM_COORDINATOR") &&
      user.institutionId === offeringInstitutionId)
  );
}

export function mayRecordRecognition(user: User, recognizingInstitutionId: string): boolean {
  return (
    user.role === "ADMIN" ||
    (user.role === "INSTITUTION_ADMIN" && user.institutionId === recognizingInstitutionId)
  );
}
