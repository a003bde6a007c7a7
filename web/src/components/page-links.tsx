import { Link } from "react-router";
import type { Maybe, Pagination } from "../api/types.ts";

interface PageLinksProps {
  pagination: Maybe<Pagination>;
  parameters: URLSearchParams;
}

function addressOf(parameters: URLSearchParams, page: number): string {
  const next = new URLSearchParams(parameters);
  next.set("page", String(page));
  return `?${next.toString()}`;
}

export function PageLinks({ pagination, parameters }: PageLinksProps) {
  if (pagination == null || pagination.pages <= 1) {
    return null;
  }
  return (
    <nav className="page-links" aria-label="Pages">
      {pagination.has_prev && <Link to={addressOf(parameters, pagination.page - 1)}>Previous</Link>}
      <span>
        Page {pagination.page} of {pagination.pages}
      </span>
      {pagination.has_next && <Link to={addressOf(parameters, pagination.page + 1)}>Next</Link>}
    </nav>
  );
}
