/** Shown when the app itself breaks; a fresh load is the only thing that can help. */
export function FailurePage() {
  return (
    <main className="page">
      <title>Something broke – BCCB</title>
      <h1>This page broke</h1>
      <p>Nothing you recorded is lost.</p>
      <p>
        <a href="/">Start again</a>
      </p>
    </main>
  );
}
