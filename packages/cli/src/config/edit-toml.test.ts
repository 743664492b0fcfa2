import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { setInToml, unsetInToml } from "./edit-toml.ts";
import { tomlLiteral } from "./toml-literal.ts";

const set = (text: string, key: string, literal: string): string | undefined =>
  setInToml(text, key.split("/"), literal, parse);
const unset = (text: string, key: string): string | undefined => unsetInToml(text, key.split("/"), parse);

describe("setting", () => {
  it.each([
    ["an empty file", "", "a/b", "[a]\nb = 1\n"],
    ["a value with a comment", "[a]\nb = 2 # why\n", "a/b", "[a]\nb = 1 # why\n"],
    [
      "a table without the key",
      "# top\n[a]\nc = 2\n\n# next\n[d]\n",
      "a/b",
      "# top\n[a]\nc = 2\nb = 1\n\n# next\n[d]\n",
    ],
    ["a file without the table", "[c]\nd = 1", "a/b", "[c]\nd = 1\n\n[a]\nb = 1\n"],
    ["a table that is empty", "[a]\n\n[c]\nd = 1\n", "a/b", "[a]\nb = 1\n\n[c]\nd = 1\n"],
    ["dotted keys", "a.c = 2\nd.e = 3\n", "a/b", "a.c = 2\na.b = 1\nd.e = 3\n"],
    ["an inline table", "a = { c = 2 }\n", "a/b", "a = { b = 1, c = 2 }\n"],
    ["an empty inline table", "a = {}\n", "a/b", "a = { b = 1 }\n"],
    ["a key of the root", "[a]\nb = 1\n", "x", "x = 1\n[a]\nb = 1\n"],
    ["a table of a table", "[a]\nc = 1\n", "a/t/.x", '[a]\nc = 1\n\n[a.t]\n".x" = 1\n'],
    ["a value over several lines", "[a]\nb = [\n  1, # one\n]\nc = 2\n", "a/b", "[a]\nb = 1\nc = 2\n"],
    ["lines that end as on Windows", "[a]\r\nc = 2\r\n", "a/b", "[a]\r\nc = 2\r\nb = 1\r\n"],
  ])("in %s", (_, text, key, expected) => {
    expect(set(text, key, "1")).toBe(expected);
  });
});

describe("unsetting", () => {
  it.each([
    ["a line", "[a]\nb = 1 # why\nc = 2\n", "a/b", "[a]\nc = 2\n"],
    ["the first of an inline table", "a = { b = 1, c = 2 }\n", "a/b", "a = { c = 2 }\n"],
    ["the last of an inline table", "a = { c = 2, b = 1 }\n", "a/b", "a = { c = 2 }\n"],
    ["a whole table", "[a]\nb = 1\n# of a\nc = 2\n[d]\ne = 3\n", "a", "[d]\ne = 3\n"],
    ["an array over several lines", "a.b = [\n1,\n]\nd = 3\n", "a/b", "d = 3\n"],
  ])("%s", (_, text, key, expected) => {
    expect(unset(text, key)).toBe(expected);
  });
});

const NAMES = ["a", "b", "c.d", "e f"];
const layout = fc.record({
  tables: fc.uniqueArray(fc.constantFrom("t", "u"), { maxLength: 2 }),
  keys: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 }),
  comment: fc.constantFrom("", " # kept", " # [t]\n# a = 1"),
  isInline: fc.boolean(),
});

it("changes what is asked for and keeps every comment, whatever the layout", () => {
  fc.assert(
    fc.property(
      layout,
      fc.constantFrom(...NAMES),
      fc.integer(),
      ({ tables, keys, comment, isInline }, name, number) => {
        const lines = (end: string): string => keys.map((key) => `${tomlLiteral(key)} = 0${end}`).join("");
        const inline = keys.map((key) => `${tomlLiteral(key)} = 0`).join(", ");
        const text = tables
          .map((t) => (isInline ? `${t} = { ${inline} }${comment}\n` : `[${t}]${comment}\n${lines(`${comment}\n`)}`))
          .join("");
        const edited = setInToml(text, ["t", name], String(number), parse) ?? "not edited";
        const before = parse(text);
        const table = Object(before.t) as Record<string, unknown>;
        expect(parse(edited)).toEqual({ ...before, t: { ...table, [name]: number } });
        expect(edited.split("#").length).toBe(text.split("#").length);
        const removed = unsetInToml(edited, ["t", name], parse) ?? "not edited";
        expect(parse(removed).t ?? {}).not.toHaveProperty([name]);
      },
    ),
  );
});
