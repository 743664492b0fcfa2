import { quote } from "hodu-plugin-sdk";
import type { Place } from "../place.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The name of a member: a relative path with forward slashes, in UTF-8 where it is not ASCII. `at` is for the error, BAD_TENSOR_FILE. */
export function memberName(bytes: Uint8Array, isUtf8: boolean, at: number, place: Place): string {
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch (cause) {
    throw place.bad({ found: "a member whose name is not UTF-8", expected: "one that is", at, cause });
  }
  if (!isUtf8 && bytes.some((byte) => byte > 127)) {
    throw place.bad({ found: "a member whose name has no encoding", expected: "ASCII, or UTF-8 that says so", at });
  }
  const reason = reasonAgainst(name);
  if (reason === undefined) return name;
  throw place.bad({ found: `a member named ${quote(name)}, ${reason}`, expected: "a plain name", at });
}

/** Why a name could mean something else to whoever unpacks the archive; undefined when it could not. */
export function reasonAgainst(name: string): string | undefined {
  if (name.includes("\0")) return "which contains NUL";
  if (name.includes("\\")) return "which contains a backslash";
  if (name.startsWith("/") || /^[A-Za-z]:[/\\]/.test(name)) return "which is an absolute path";
  if (name.split("/").some((part) => part === ".." || part === ".")) return "which leads out of its folder";
  return undefined;
}
