import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import * as node from "../index.ts";
import * as page from "../browser.ts";

const SOURCES = ["../index.ts", "tensor.ts", "to-plain.ts", "inspect-model.ts", "plugin-system.ts"];

it("every function of the library has an example, which npm run test:examples runs", () => {
  const functions = SOURCES.flatMap((source) => {
    const text = readFileSync(fileURLToPath(new URL(source, import.meta.url)), "utf8");
    const found = [...text.matchAll(/(\/\*\*(?:(?!\*\/)[^])*\*\/)\nexport (?:async )?function (\w+)/g)];
    return found.map(([, comment, name]) => ({ name, hasExample: comment.includes("@example\n * ```js\n") }));
  });
  const offered = functions.filter(({ name }) => name in node);
  expect(offered.length).toBeGreaterThanOrEqual(11);
  expect(offered.filter(({ hasExample }) => !hasExample)).toEqual([]);
});

it("a page has what Node has, but what writes files and registers plugins", () => {
  const missing = Object.keys(node).filter((name) => !(name in page));
  const plugins = ["PluginMetadata", "PluginRegistry", "DynamicPluginLoader", "StaticPluginLoader", "customEvent"];
  const system = ["endPluginSystem", "globalRegistry", "initPluginSystem", "serviceType"];
  expect(missing.sort()).toEqual([...plugins, ...system, "saveModel", "writeTensors"].sort());
  expect(Object.keys(page).filter((name) => !(name in node))).toEqual([]);
});
