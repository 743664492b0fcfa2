import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { HoduError, quote } from "@hodu/core";

/** Refuses (POLICY) a file that is not what `integrity` says, `sha512-` and Base64 as npm writes it; other hashes are no proof. */
export async function checkIntegrity(file: string, integrity: string): Promise<void> {
  const [, wanted] = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity.trim()) ?? [];
  if (wanted === undefined) throw refusal(file, `a hash ${quote(integrity.slice(0, 120))}`, "sha512- and 88 letters");
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash).catch((cause: unknown) => {
    throw new HoduError("MISSING_INPUT", `Cannot read ${quote(file)}: ${String(cause)}`, { cause, where: { file } });
  });
  const found = hash.digest("base64");
  if (found !== wanted) throw refusal(file, `the hash sha512-${found}`, `sha512-${wanted}`);
}

function refusal(file: string, found: string, expected: string): HoduError {
  return new HoduError("POLICY", `Cannot install ${quote(file)}: it has ${found}, expected ${expected}`, {
    hint: `openssl dgst -sha512 -binary ${file} | openssl base64 -A`,
    where: { file },
  });
}
