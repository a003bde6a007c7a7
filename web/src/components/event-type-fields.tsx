import { humanise, webhookEvents } from "../format/labels.ts";

interface EventTypeFieldsProps {
  problem?: string | undefined;
}

/** The choice of what a webhook hears of; no choice means everything. */
export function EventTypeFields({ problem }: EventTypeFieldsProps) {
  return (
    <details>
      <summary>Only some events (everything when none is chosen)</summary>
      {problem !== undefined && <p className="field__problem">{problem}</p>}
      <div className="form-grid">
        {Object.entries(webhookEvents).map(([thing, events]) => (
          <fieldset key={thing} className="choices">
            <legend>{humanise(thing)}</legend>
            {events.map((event) => (
              <label key={event} className="choice">
                <input type="checkbox" name="eventTypes" value={`${thing}.${event}`} />
                {humanise(event)}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </details>
  );
}
