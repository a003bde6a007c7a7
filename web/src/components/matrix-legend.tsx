export function MatrixLegend() {
  return (
    <ul className="legend">
      <li>
        <span className="legend__ramp" aria-hidden="true" /> similarity from 0 to 1
      </li>
      <li>
        <span className="legend__pair" aria-hidden="true">
          ✓
        </span>{" "}
        the pair that was assigned to each other
      </li>
    </ul>
  );
}
