import type { ReactNode } from "react";

interface TableRegionProps {
  labelledBy: string;
  children: ReactNode;
}

/** Lets a wide table scroll inside the page, by keyboard too. */
export function TableRegion({ labelledBy, children }: TableRegionProps) {
  return (
    // A scrolling region must take focus, or the keyboard cannot reach what is out of view.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="table-region" role="region" aria-labelledby={labelledBy} tabIndex={0}>
      {children}
    </div>
  );
}
