import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

export const RECOGNITION_TYPES = [
  "FULL_CREDIT",
  "PARTIAL_CREDIT",
  "EQUIVALENCY",
  "EXEMPTION",
  "ADVANCED_STANDING",
];

/** What `scripts/up` wrote about the running system: where it listens and who can sign in. */
export async function readDemo() {
  const file = process.env.BCCB_DEMO;
  assert.ok(file, "BCCB_DEMO must name the demo.json of a running system");
  const demo = JSON.parse(await readFile(file, "utf8"));
  assert.ok(demo.baseUrl, "demo.json has no baseUrl");
  const administrators = demo.accounts.filter(
    (account) => account.role === "INSTITUTION_ADMIN" && account.institutionCode,
  );
  assert.notEqual(administrators.length, 0, "demo.json has no INSTITUTION_ADMIN with an institution");
  const coordinator = demo.accounts.find((account) => account.role === "PROGRAM_COORDINATOR");
  assert.ok(coordinator, "demo.json has no PROGRAM_COORDINATOR");
  return { baseUrl: demo.baseUrl, mailFolder: demo.mailFolder, administrators, coordinator };
}

/** Reads the data of an API answer as an anonymous visitor. */
export async function read(baseUrl, path) {
  const response = await fetch(new URL(`/api/v1${path}`, baseUrl));
  assert.equal(response.status, 200, path);
  const envelope = await response.json();
  return envelope.data;
}

/**
 * Chooses the administrator and the kind of recognition for a credential so that the recording is new:
 * preferably an institution other than the credential's own, and a kind it has not recorded yet.
 */
export function chooseDecision(credential, administrators) {
  const own = credential.institution?.code;
  const ordered = administrators.toSorted(
    (left, right) => Number(left.institutionCode === own) - Number(right.institutionCode === own),
  );
  for (const administrator of ordered) {
    const recorded = (credential.recognitions ?? [])
      .filter((recognition) => recognition.recognizingInstitution.code === administrator.institutionCode)
      .map((recognition) => recognition.recognitionType);
    const recognitionType = RECOGNITION_TYPES.find((type) => !recorded.includes(type));
    if (recognitionType !== undefined) {
      return { administrator, recognitionType };
    }
  }
  return assert.fail(
    "every administrator's institution has recorded every kind of recognition; reset the demo data",
  );
}

/** Writes something as an account of the demonstration, and gives what was recorded. */
export async function write(baseUrl, account, path, body) {
  const post = async (to, content, headers = {}) => {
    const response = await fetch(new URL(`/api/v1${to}`, baseUrl), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(content),
    });
    const envelope = await response.json();
    assert.ok(response.ok, `${to}: ${JSON.stringify(envelope.error)}`);
    return envelope.data;
  };
  const { access_token: token } = await post("/auth/login", {
    email: account.email,
    password: account.password,
  });
  return await post(path, body, { Authorization: `Bearer ${token}` });
}
