import { useQuery } from "@tanstack/react-query";
import { assessCredit } from "../api/assessments.ts";
import { useApp } from "../session/app-context.ts";
import type { AssessmentQuestion } from "./assessment-question.ts";

/** Asked once per question: every answer is stored by the service as a prediction of its own. */
export function useAssessment(credentialId: string, question: AssessmentQuestion) {
  const { client } = useApp();
  return useQuery({
    queryKey: ["assessment", credentialId, question.institutionId, question.recognitionType],
    queryFn: ({ signal }) =>
      assessCredit(
        client,
        {
          microCredentialId: credentialId,
          recognizingInstitutionId: question.institutionId,
          recognitionType: question.recognitionType,
        },
        signal,
      ),
    staleTime: Infinity,
  });
}
