import { HoduError, quote } from "@hodu/core";

/** An argument `name=path`, or a path alone. */
export interface FileArgument {
  readonly name: string | undefined;
  /** "-" is standard input. */
  readonly path: string;
}

/**
 * Splits `name=path`. Names and paths may hold "=" themselves: a name that is known wins, then a file of the whole text,
 * then the first "=".
 */
export function splitArgument(
  text: string,
  isName: (name: string) => boolean,
  isFile: (path: string) => boolean,
): FileArgument {
  const positions = [...text.matchAll(/=/g)].map(({ index }) => index);
  const split = (at: number): FileArgument => ({ name: text.slice(0, at), path: text.slice(at + 1) });
  const known = positions.findLast((at) => isName(text.slice(0, at)));
  if (known !== undefined) return split(known);
  if (positions.length === 0 || isFile(text)) return { name: undefined, path: text };
  return split(positions[0]);
}

/** The name among `names` that is most like `wanted`, if one is. */
export function closestName(wanted: string, names: readonly string[]): string | undefined {
  const lower = wanted.toLowerCase();
  const same = names.find((name) => name.toLowerCase() === lower);
  if (same !== undefined) return same;
  const longer = names.filter((name) => lower.length >= 3 && name.toLowerCase().startsWith(lower));
  if (longer.length === 1) return longer[0];
  const ranked = names
    .map((name) => ({ name, edits: editsBetween(lower, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(Math.min(wanted.length, name.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}

function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/** A name that the model does not have. */
export function unknownName(kind: "input" | "output", name: string, names: readonly string[], flag: string): HoduError {
  const near = closestName(name, names);
  const list = names.map((known) => quote(known)).join(", ") || "none";
  return new HoduError("BAD_INPUT", `Cannot use ${kind} ${quote(name)}: the model's ${kind}s are ${list}`, {
    hint: near === undefined ? `${flag} ${names[0] ?? "name"}=FILE` : `did you mean ${flag} ${near}=FILE ?`,
  });
}
