import fc from "fast-check";
import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { scanToml } from "./scan-toml.ts";

const linesOf = (text: string): [string, number][] =>
  scanToml(text).entries.map(({ path, line }) => [path.join("."), line]);

it("finds keys in tables, dotted keys, quoted keys and inline tables", () => {
  const text = [
    "\ufeff# comment = 1",
    "a.b = 1 # c = 2",
    "",
    '[t."x.y"]',
    "k = { one = 1, two = { three = [1, { four = 4 }] } }",
    "'l m' = '''",
    "no = 1",
    "'''",
    '"\\u0041" = """"',
    '\\""""""',
    "[[list]]",
    "z = [ # [",
    "  1, ']', 2,",
    "]",
    "d = 1979-05-27 07:32:00",
  ].join("\r\n");
  expect(linesOf(text)).toEqual([
    ["a.b", 2],
    ["t.x.y.k.one", 5],
    ["t.x.y.k.two.three.four", 5],
    ["t.x.y.k.two.three", 5],
    ["t.x.y.k.two", 5],
    ["t.x.y.k", 5],
    ["t.x.y.l m", 6],
    ["t.x.y.A", 9],
    ["list.z", 12],
    ["list.d", 15],
  ]);
  expect(scanToml(text).headers.map(({ path, line }) => [path, line])).toEqual([
    [["t", "x.y"], 4],
    [["list"], 11],
  ]);
});

it("gives each value its place", () => {
  const text = "a = { b = 'x' , c = [1, 2] }\nd = 2020-01-01 00:00:00 # e\n";
  const found = scanToml(text).entries.map(({ valueStart, valueEnd }) => text.slice(valueStart, valueEnd));
  expect(found).toEqual(["'x'", "[1, 2]", "{ b = 'x' , c = [1, 2] }", "2020-01-01 00:00:00"]);
  for (const value of found) expect(() => parse(`x = ${value}`)).not.toThrow();
});

it("ends on any text", () => {
  const letters = fc.constantFrom(...Array.from("[]{}=.,#\"'\\\n\r ab1"));
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 60 }), (text) => {
      expect(scanToml(text.join("")).entries.length).toBeLessThan(61);
    }),
  );
});

it("stays fast where the text is hostile", { tags: ["long"] }, () => {
  for (const text of [
    "a.".repeat(250_000) + "b = 1",
    "[".repeat(500_000),
    "#\n".repeat(500_000),
    '"'.repeat(1_000_000),
  ]) {
    expect(scanToml(text).entries.length).toBeLessThan(500_001);
  }
  const tables = `[${"a.".repeat(200_000)}b]\n${"c = 1\n".repeat(80_000)}`;
  expect(scanToml(tables).entries).toHaveLength(80_000);
});
