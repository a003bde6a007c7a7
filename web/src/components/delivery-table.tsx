import type { WebhookDelivery } from "../api/administration-types.ts";
import { formatMoment } from "../format/dates.ts";
import { deliveryStatuses, label } from "../format/labels.ts";
import { TableRegion } from "./table-region.tsx";

interface DeliveryTableProps {
  deliveries: WebhookDelivery[];
  isBusy: boolean;
  onAgain: (deliveryId: string) => void;
}

function answer(delivery: WebhookDelivery): string {
  if (delivery.responseStatus != null) {
    return `Status ${delivery.responseStatus}`;
  }
  return delivery.error ?? (delivery.attempts === 0 ? "Not tried yet" : "No answer");
}

export function DeliveryTable({ deliveries, isBusy, onAgain }: DeliveryTableProps) {
  return (
    <section className="card" aria-labelledby="deliveries-heading">
      <h2 id="deliveries-heading">Messages</h2>
      {deliveries.length === 0 ? (
        <p className="hint">Nothing was sent yet.</p>
      ) : (
        <TableRegion labelledBy="deliveries-heading">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Event</th>
                <th scope="col">State</th>
                <th scope="col" className="table__number">
                  Attempts
                </th>
                <th scope="col">Last answer</th>
                <th scope="col">Again</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.map((delivery) => (
                <tr key={delivery.id}>
                  <th scope="row">
                    <time dateTime={delivery.createdAt}>{formatMoment(delivery.createdAt)}</time>
                  </th>
                  <td>
                    <code>{delivery.eventType}</code>
                  </td>
                  <td>{label(deliveryStatuses, delivery.status)}</td>
                  <td className="table__number">{delivery.attempts}</td>
                  <td>{answer(delivery)}</td>
                  <td>
                    <button
                      type="button"
                      className="button button--quiet"
                      disabled={isBusy}
                      aria-label={`Send ${delivery.eventType} of ${formatMoment(delivery.createdAt)} again`}
                      onClick={() => {
                        onAgain(delivery.id);
                      }}
                    >
                      Send again
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableRegion>
      )}
    </section>
  );
}
