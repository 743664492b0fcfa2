import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readDeclarations } from "./declarations.ts";
import { interfacesOf } from "./manifest-fields.ts";

const folder = mkdtempSync(join(tmpdir(), "hodu-declarations-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PART = `/**
 * Adds.
 *
 * @example
 * add(1, 2)
 */
export declare function add(a: number): number;
export declare function add(a: string): string;
/** Not asked for. */
export declare const other: number;
export interface Shape {
    /** How many. */
    readonly dims: number;
}
`;

it("follows an index to its files, with the comments, without examples, and overloads as one", () => {
  writeFileSync(join(folder, "part.d.ts"), PART);
  const index = 'export * from "a-package";\nexport { add, type Shape } from "./part.ts";\n';
  writeFileSync(join(folder, "index.d.ts"), index);
  const found = readDeclarations(join(folder, "index.d.ts"));
  expect(found.map(({ name, doc, text }) => ({ name, doc, text }))).toEqual([
    {
      name: "add",
      doc: "Adds.",
      text: "export function add(a: number): number;\nexport function add(a: string): string;",
    },
    { name: "Shape", doc: "", text: "export interface Shape {\n  /** How many. */\n  readonly dims: number;\n}" },
  ]);
});

it("reads the members of interfaces with their types and comments", () => {
  expect(interfacesOf(PART)).toEqual([
    { name: "Shape", doc: "", fields: [{ name: "dims", type: "number", doc: "How many." }] },
  ]);
});
