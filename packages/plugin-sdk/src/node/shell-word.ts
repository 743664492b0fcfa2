import { quote } from "@hodu/core";

/** A word as a shell takes it: as it is, or in quotes. */
export function shellWord(path: string): string {
  if (/^[\w./+,:@%=-]+$/.test(path)) return path;
  if (/\p{Cc}/u.test(path)) return quote(path);
  return `'${path.replaceAll("'", "'\\''")}'`;
}
