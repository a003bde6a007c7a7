const NAME = "__Host-bccb-csrf";

/**
 * The proof that a request was made by a page of ours. The service sets it as a cookie that scripts can read when a
 * session begins or is renewed, and every change repeats it in a header. The tokens are in cookies that no script can read.
 */
export interface Proof {
  /** The proof of the session that this browser has, if any. */
  read: () => string | null;
  /** Takes it away, so that no page tries to continue a session that has ended. */
  forget: () => void;
}

export const proofCookie: Proof = {
  read: () => {
    for (const pair of document.cookie.split(";")) {
      const [name, value] = pair.trim().split("=", 2);
      if (name === NAME && value !== undefined && value !== "") {
        return value;
      }
    }
    return null;
  },
  forget: () => {
    document.cookie = `${NAME}=; Max-Age=0; Path=/; Secure; SameSite=Strict`;
  },
};
