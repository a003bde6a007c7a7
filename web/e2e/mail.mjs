import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const SOON_MS = 20_000;
const PACE_MS = 200;

/** The plain text of a message with the transfer encoding undone. */
function plainText(message) {
  const part = message.split(/^--.*$/m).find((it) => /^content-type: text\/plain/im.test(it));
  assert.ok(part, "the message has no plain part");
  const [head, ...rest] = part.trim().split(/\r?\n\r?\n/);
  const body = rest.join("\n\n");
  if (/quoted-printable/i.test(head)) {
    const bytes = body
      .replace(/=\r?\n/g, "")
      .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  }
  return /base64/i.test(head) ? Buffer.from(body, "base64").toString("utf8") : body;
}

/** Waits for a mail to an address with a link to a page, and gives the link. Links that were used already are `known`. */
export async function linkFromMail(folder, address, page, known = []) {
  const until = Date.now() + SOON_MS;
  for (;;) {
    for (const name of await readdir(folder).catch(() => [])) {
      const message = await readFile(path.join(folder, name), "utf8");
      if (!message.includes(`<${address}>`) && !message.includes(`To: ${address}`)) {
        continue;
      }
      const link = plainText(message).match(new RegExp(`https?://\\S+/${page}#token=\\S+`))?.[0];
      if (link !== undefined && !known.includes(link)) {
        return link;
      }
    }
    assert.ok(Date.now() < until, `no mail to ${address} with a link to /${page}`);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
}
