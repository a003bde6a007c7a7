/** What the page of recommendations asks, as its address says it: an empty institution means any. */
export interface RecommendationQuestion {
  targetInstitutionId: string;
  minConfidence: number;
}

/** The service's own default. */
const USUAL_CONFIDENCE = 0.6;

function confidence(text: string | null): number {
  const value = Number(text ?? "");
  return text !== null && text !== "" && value >= 0 && value <= 1 ? value : USUAL_CONFIDENCE;
}

export function recommendationFromAddress(parameters: URLSearchParams): RecommendationQuestion {
  return {
    targetInstitutionId: parameters.get("targetInstitutionId") ?? "",
    minConfidence: confidence(parameters.get("minConfidence")),
  };
}

export function addressOfRecommendations(credentialId: string, question?: RecommendationQuestion): string {
  const parameters = new URLSearchParams();
  if (question !== undefined) {
    if (question.targetInstitutionId !== "") {
      parameters.set("targetInstitutionId", question.targetInstitutionId);
    }
    parameters.set("minConfidence", String(question.minConfidence));
  }
  const search = parameters.toString();
  return `/credentials/${encodeURIComponent(credentialId)}/pathways${search === "" ? "" : `?${search}`}`;
}
