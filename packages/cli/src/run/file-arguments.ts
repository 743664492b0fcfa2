import { closestName, HoduError, quote } from "@hodu/core";

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

/**
 * Splits a list `name=path,name=path`. Paths may hold commas: at each place the longest piece that leads to a file is taken,
 * and where none does, the one up to the next comma.
 */
export function splitList(text: string, isFile: (piece: string) => boolean): string[] {
  const parts = text.split(",");
  const pieces: string[] = [];
  for (let start = 0; start < parts.length; ) {
    let end = parts.length;
    while (end > start + 1 && !isFile(parts.slice(start, end).join(","))) end--;
    const piece = parts.slice(start, end).join(",");
    if (piece !== "") pieces.push(piece);
    start = end;
  }
  return pieces;
}

/** A name that the model does not have. */
export function unknownName(kind: "input" | "output", name: string, names: readonly string[], flag: string): HoduError {
  const near = closestName(name, names);
  const list = names.map((known) => quote(known)).join(", ") || "none";
  return new HoduError("BAD_INPUT", `Cannot use ${kind} ${quote(name)}: the model's ${kind}s are ${list}`, {
    hint: near === undefined ? `${flag} ${names[0] ?? "name"}=FILE` : `did you mean ${flag} ${near}=FILE ?`,
  });
}
