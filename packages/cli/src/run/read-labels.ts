import { HoduError, quote } from "@hodu/core";
import { openFile } from "@hodu/engine/node";

/** More than any list of labels takes. */
const MAX_BYTES = 16 << 20;

/** The labels of a file: one on each line, or a JSON array of strings. Throws MISSING_INPUT, BAD_INPUT. */
export async function readLabels(path: string): Promise<readonly string[]> {
  const source = await openFile(path);
  if (source.size > MAX_BYTES) throw refused(path, `found ${source.size} bytes, expected at most ${MAX_BYTES}`);
  const text = decode(path, await source.read(0, source.size));
  if (text.trimStart().startsWith("[")) return parseArray(path, text);
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused(path, "found bytes that are not UTF-8, expected a label on each line");
  }
}

function parseArray(path: string, text: string): readonly string[] {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw refused(path, "it begins as JSON and is none");
  }
  if (Array.isArray(found) && found.every((label): label is string => typeof label === "string")) return found;
  throw refused(path, "found other JSON, expected an array of strings");
}

function refused(path: string, what: string): HoduError {
  return new HoduError("BAD_INPUT", `Cannot read labels from ${quote(path)}: ${what}`, { where: { file: path } });
}
