import type { SubmitEvent } from "react";
import { auditActions, entityTypes } from "../format/labels.ts";
import { textValue } from "./form-values.ts";
import { SelectField } from "./select-field.tsx";
import { TextField } from "./text-field.tsx";

interface AuditFilterFormProps {
  entityType: string;
  action: string;
  entityId: string;
  onFilter: (filter: Record<string, string>) => void;
}

export function AuditFilterForm({ entityType, action, entityId, onFilter }: AuditFilterFormProps) {
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const filter: Record<string, string> = {};
    for (const name of ["entityType", "action", "entityId"]) {
      const value = textValue(form, name);
      if (value !== "") {
        filter[name] = value;
      }
    }
    onFilter(filter);
  }

  return (
    <form className="card assessment-form" onSubmit={submit} aria-label="Filter the audit log">
      <SelectField
        name="entityType"
        label="About"
        empty="Everything"
        options={entityTypes}
        defaultValue={entityType}
      />
      <SelectField
        name="action"
        label="Action"
        empty="Any action"
        options={auditActions}
        defaultValue={action}
      />
      <TextField name="entityId" label="Record id" defaultValue={entityId} autoComplete="off" />
      <button type="submit" className="button">
        Show
      </button>
    </form>
  );
}
