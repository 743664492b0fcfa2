import { expect, it } from "vitest";
import { readImports } from "./read-imports.ts";

const kindsOf = (source: string): Record<string, string> =>
  Object.fromEntries(readImports("x.ts", source).map(({ specifier, kind }) => [specifier, kind]));

it("tells imports of values from imports of types", () => {
  const source = `
    import a from "a";
    import "b";
    import * as c from "c";
    import { type D, d } from "d";
    import type { E } from "e";
    import { type F } from "f";
    export * from "g";
    export { h } from "h";
    export type { I } from "i";
    export const own = 1;`;
  expect(kindsOf(source)).toEqual({
    a: "value",
    b: "value",
    c: "value",
    d: "value",
    e: "type",
    f: "type",
    g: "value",
    h: "value",
    i: "type",
  });
});

it("finds import() of a literal, and gives the line", () => {
  expect(readImports("x.ts", `\n\nconst load = () => import("a");`)).toEqual([
    { specifier: "a", line: 3, kind: "lazy" },
  ]);
});

it("refuses a source that does not parse", () => {
  expect(() => readImports("x.ts", "import {")).toThrow("Cannot parse x.ts");
});
