import type { Pathway, PathwayStep } from "../api/pathway-types.ts";
import type { User } from "../api/types.ts";

/** The steps that somebody may take with a pathway as it stands: hints for what to show; the service decides. */
export function stepsFor(user: User, pathway: Pathway): PathwayStep[] {
  if (user.role === "USER") {
    return [];
  }
  const isPlatform = user.role === "ADMIN";
  const isSource = isPlatform || user.institutionId === pathway.sourceInstitution.id;
  const isTarget = isPlatform || user.institutionId === pathway.targetInstitution.id;
  const isReviewer = isTarget && user.role !== "PROGRAM_COORDINATOR";
  const isEither = isSource || isTarget;
  const steps: Record<PathwayStep, boolean> = {
    submit: isSource && pathway.status === "DRAFT",
    approve: isReviewer && pathway.status === "UNDER_REVIEW",
    reject: isReviewer && pathway.status === "UNDER_REVIEW",
    activate: (isEither && pathway.status === "APPROVED") || (isTarget && pathway.status === "SUSPENDED"),
    suspend: isEither && pathway.status === "ACTIVE",
    archive: isEither && ["APPROVED", "ACTIVE", "SUSPENDED"].includes(pathway.status),
  };
  return (Object.keys(steps) as PathwayStep[]).filter((step) => steps[step]);
}
