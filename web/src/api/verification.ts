import { verifyAudit } from "./audit.ts";
import type { ApiClient } from "./client.ts";
import { ApiError } from "./error.ts";
import type { AuditVerification } from "./administration-types.ts";

/**
 * Verifies the whole record, part by part, up to the first fault. The counts of the parts are added up; the rest is what
 * the last part says.
 */
export async function verifyRecord(
  client: ApiClient,
  signal: AbortSignal,
  onPart: (soFar: AuditVerification) => void,
): Promise<AuditVerification> {
  const sums = { checked: 0, anchorsChecked: 0, anchorsOfUnknownKeys: 0 };
  let after = 0;
  for (;;) {
    const part = await verifyAudit(client, after, signal);
    sums.checked += part.checked;
    sums.anchorsChecked += part.anchorsChecked;
    sums.anchorsOfUnknownKeys += part.anchorsOfUnknownKeys;
    const soFar = { ...part, ...sums };
    if (part.complete || !part.valid) {
      return soFar;
    }
    if (part.checkedThrough <= after) {
      throw new ApiError({
        status: 200,
        code: "UNEXPECTED_ANSWER",
        message: "The service does not come further in the record. Try again.",
      });
    }
    after = part.checkedThrough;
    onPart(soFar);
  }
}
