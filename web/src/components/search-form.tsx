import type { SubmitEvent } from "react";
import type { Institution } from "../api/types.ts";
import { credentialTypes, deliveryModes, levels } from "../format/labels.ts";
import type { SearchTerms } from "../pages/search-terms.ts";
import { textValue } from "./form-values.ts";
import { SelectField } from "./select-field.tsx";

interface SearchFormProps {
  terms: SearchTerms;
  institutions: Institution[];
  onSearch: (terms: SearchTerms) => void;
}

/** Asks on submit only: every search counts against the visitor's hourly limit. */
export function SearchForm({ terms, institutions, onSearch }: SearchFormProps) {
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSearch({
      q: textValue(form, "q"),
      institutionId: textValue(form, "institutionId"),
      credentialType: textValue(form, "credentialType"),
      level: textValue(form, "level"),
      deliveryMode: textValue(form, "deliveryMode"),
    });
  }

  // The choice stays possible, and named, while the list is loading or when it cannot be had.
  const names: Record<string, string> = {};
  for (const institution of institutions) {
    names[institution.id] = institution.name;
  }
  if (terms.institutionId !== "" && names[terms.institutionId] === undefined) {
    names[terms.institutionId] = "The institution in this link";
  }

  return (
    <form className="card search-form" role="search" aria-label="Micro-credentials" onSubmit={submit}>
      <div className="search-form__query">
        <label htmlFor="search-query">What should a graduate be able to do?</label>
        <div className="search-form__row">
          <input
            id="search-query"
            name="q"
            type="search"
            defaultValue={terms.q}
            maxLength={1000}
            autoComplete="off"
            required
            aria-describedby="search-hint"
          />
          <button type="submit" className="button">
            Search
          </button>
        </div>
        <p className="hint" id="search-hint">
          Plain words work: the search compares meaning, not spelling.
        </p>
      </div>
      <fieldset className="search-form__filters">
        <legend>Only show</legend>
        <SelectField
          name="institutionId"
          label="Institution"
          empty="Any institution"
          options={names}
          defaultValue={terms.institutionId}
          key={`institutions-${institutions.length}`}
        />
        <SelectField
          name="credentialType"
          label="Type"
          empty="Any type"
          options={credentialTypes}
          defaultValue={terms.credentialType}
        />
        <SelectField
          name="level"
          label="Level"
          empty="Any level"
          options={levels}
          defaultValue={terms.level}
        />
        <SelectField
          name="deliveryMode"
          label="Delivery"
          empty="Any delivery"
          options={deliveryModes}
          defaultValue={terms.deliveryMode}
        />
      </fieldset>
    </form>
  );
}
