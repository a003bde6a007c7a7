const LOCK = "bccb-session";

/** Runs one piece of work at a time over all tabs. Browsers without locks let tabs meet, which the service bears for seconds. */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  if (!("locks" in navigator)) {
    return await work();
  }
  return await navigator.locks.request(LOCK, work);
}
