import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { HOST_METHODS, HOST_NOTICES, PLUGIN_METHODS, PLUGIN_NOTICES, SHARED_NOTICES } from "./methods.ts";

const page = readFileSync(new URL("../../../../docs/plugin-protocol.md", import.meta.url), "utf8");

/** The names in the first column of each table of a section, by the title of the column. */
function namesIn(section: string): ReadonlyMap<string, readonly string[]> {
  const text = page.split(`### ${section}\n`)[1].split(/\n##+ /)[0];
  const tables = new Map<string, string[]>();
  let names: string[] = [];
  for (const line of text.split("\n").filter((row) => row.startsWith("|"))) {
    const first = line.split("|")[1].trim();
    if (/^[a-z]+$/.test(first)) tables.set(first, (names = []));
    else if (first.startsWith("`")) names.push(first.replaceAll("`", ""));
  }
  return tables;
}

it.each([
  ["From the host", "request", PLUGIN_METHODS],
  ["From the host", "notification", { ...PLUGIN_NOTICES, ...SHARED_NOTICES }],
  ["From the plugin", "request", HOST_METHODS],
  ["From the plugin", "notification", { ...HOST_NOTICES, ...SHARED_NOTICES }],
] as const)("the page lists, %s, each %s once", (section, title, methods) => {
  expect(namesIn(section).get(title)?.toSorted()).toEqual(Object.keys(methods).toSorted());
});
