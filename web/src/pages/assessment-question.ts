/** What the assessment page asks, as its address says it. */
export interface AssessmentQuestion {
  institutionId: string;
  recognitionType: string;
}

export function questionFromAddress(parameters: URLSearchParams): AssessmentQuestion | null {
  const institutionId = parameters.get("institutionId") ?? "";
  if (institutionId === "") {
    return null;
  }
  return { institutionId, recognitionType: parameters.get("recognitionType") ?? "FULL_CREDIT" };
}

export function addressOfAssessment(credentialId: string, question: AssessmentQuestion): string {
  const parameters = new URLSearchParams({
    institutionId: question.institutionId,
    recognitionType: question.recognitionType,
  });
  return `/credentials/${encodeURIComponent(credentialId)}/assessment?${parameters.toString()}`;
}
