import { quote } from "@hodu/core";

/** A name from a model, for tools that print it as it is: control and bidirectional characters escaped, at most 200 kept. */
export function shownName(name: string): string {
  return quote(name).slice(1, -1);
}
