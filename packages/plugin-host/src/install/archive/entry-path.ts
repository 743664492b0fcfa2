import { MAX_DEPTH, MAX_PART_BYTES, MAX_PATH_BYTES } from "./limits.ts";

/** The parts of an entry's path below `package/`, or what is wrong with it: the same on every system. */
export type EntryPath = { readonly parts: readonly string[] } | { readonly found: string; readonly expected: string };

/** Names that stand for devices on Windows, whatever follows their dot. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?$/i;

/** Letters that are not seen, turn the direction of text, or end lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffd]/u;

/** Separators and wildcards of Windows; a colon is also a drive or a stream. */
const RESERVED = /[\\:<>"|?*]/;

/** Looks at the path of an entry, without the slash that folders end with. */
export function readEntryPath(path: string): EntryPath {
  const expected = "a plain path below package/";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    return { found: "has a long path", expected: `at most ${MAX_PATH_BYTES} bytes` };
  }
  const [first, ...parts] = path.split("/");
  const wrong = [first, ...parts].map(faultOf).find((fault) => fault !== undefined);
  if (wrong !== undefined) return { found: wrong, expected };
  if (first !== "package") return { found: "is not below package/", expected };
  if (parts.length > MAX_DEPTH) return { found: `is ${parts.length} folders deep`, expected: `at most ${MAX_DEPTH}` };
  return { parts };
}

function faultOf(part: string): string | undefined {
  if (part === "" || part === "." || part === "..") return "leads elsewhere";
  if (UNSEEN.test(part)) return "has letters that are not seen";
  if (RESERVED.test(part)) return "has letters that not every system takes";
  if (/[. ]$/.test(part)) return "ends with a dot or a space, which Windows drops";
  if (DEVICES.test(part)) return "is the name of a device on Windows";
  if (Buffer.byteLength(part) > MAX_PART_BYTES) return `has a name of more than ${MAX_PART_BYTES} bytes`;
  return undefined;
}

/** What file systems may take for the same name: without regard to case and to how letters are composed. */
export const foldedName = (name: string): string =>
  name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
