import { expect, it } from "vitest";
import type { Pathway } from "../api/pathway-types.ts";
import type { User, UserRole } from "../api/types.ts";
import { stepsFor } from "./pathway-steps.ts";

const person = (role: UserRole, institutionId: string | null) => ({ role, institutionId }) as User;
const pathway = (status: string) =>
  ({ status, sourceInstitution: { id: "source" }, targetInstitution: { id: "target" } }) as Pathway;

it.each([
  ["DRAFT", "PROGRAM_COORDINATOR", "source", ["submit"]],
  ["DRAFT", "INSTITUTION_ADMIN", "target", []],
  ["UNDER_REVIEW", "INSTITUTION_ADMIN", "target", ["approve", "reject"]],
  ["UNDER_REVIEW", "PROGRAM_COORDINATOR", "target", []],
  ["UNDER_REVIEW", "INSTITUTION_ADMIN", "source", []],
  ["APPROVED", "PROGRAM_COORDINATOR", "source", ["activate", "archive"]],
  ["ACTIVE", "PROGRAM_COORDINATOR", "target", ["suspend", "archive"]],
  ["SUSPENDED", "PROGRAM_COORDINATOR", "source", ["archive"]],
  ["SUSPENDED", "PROGRAM_COORDINATOR", "target", ["activate", "archive"]],
  ["ARCHIVED", "ADMIN", null, []],
  ["UNDER_REVIEW", "ADMIN", null, ["approve", "reject"]],
  ["ACTIVE", "INSTITUTION_ADMIN", "another", []],
  ["ACTIVE", "USER", "source", []],
] as const)("%s, for %s of %s: %j", (status, role, institution, steps) => {
  expect(stepsFor(person(role, institution), pathway(status))).toEqual(steps);
});
