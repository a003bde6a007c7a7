import { useInstitutions } from "../pages/use-institutions.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { Loading } from "./loading.tsx";
import { SelectField } from "./select-field.tsx";

interface InstitutionFieldProps {
  name: string;
  label: string;
  /** The words for "no choice". */
  empty: string;
  defaultValue?: string;
  required?: boolean;
  problem?: string | undefined;
}

/** The choice of an institution by name and code. */
export function InstitutionField(field: InstitutionFieldProps) {
  const institutions = useInstitutions();
  if (institutions.isPending) {
    return <Loading>Loading the institutions…</Loading>;
  }
  if (institutions.isError) {
    return (
      <ErrorNotice
        error={institutions.error}
        title="The institutions cannot be listed"
        onRetry={() => void institutions.refetch()}
      />
    );
  }
  const names: Record<string, string> = {};
  for (const institution of institutions.data) {
    names[institution.id] = `${institution.name} (${institution.code})`;
  }
  return <SelectField {...field} options={names} />;
}
