import { Link } from "react-router";

export function NotFoundPage() {
  return (
    <>
      <title>Not found – BCCB</title>
      <h1>This page does not exist</h1>
      <p>
        <Link to="/">Search for a micro-credential</Link>
      </p>
    </>
  );
}
