import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { act, errorOf, makeTroublePlugins, type TroublePlugins } from "./trouble-plugins.ts";

let plugins: TroublePlugins;
beforeAll(async () => {
  plugins = await makeTroublePlugins(["typescript"]);
}, 120_000);
afterAll(() => plugins.remove());

it.each([
  ["an unhandled rejection", "rejection", /TypeError: nobody handles this/],
  ["process.exit", "exit", /exit code 3/],
  ["a heap of 4 GB", "memory", /was ended by signal SIG|exit code/],
] as const)(
  "row 124: a plugin that ends by %s is a crash of that call",
  async (_, fault, message) => {
    const plugin = await plugins.start("typescript", { maxMemory: 256 << 20 });
    const error = await errorOf(act(plugin, fault));
    expect(error).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-trouble" } });
    expect(error.message).toMatch(message);
    const [how, place] = error.report!.sections;
    expect(how.title).toMatch(/^Its process (was ended by signal|ended with exit code) /);
    expect(place).toMatchObject({
      title: expect.stringContaining("bug in the plugin"),
      lines: ["https://example.com/issues"],
    });
    await plugin.dispose();
  },
  60_000,
);

it.each([
  ["loops without end", "spin"],
  ["never answers", "never"],
])("row 124: a plugin that %s is ended at the deadline", async (_, fault) => {
  const plugin = await plugins.start("typescript", { grace: 300, callTimeout: 500 });
  expect(await errorOf(act(plugin, fault))).toMatchObject({ code: "DEADLINE", where: { plugin: "hodu-test-trouble" } });
  await plugin.dispose();
});

it("row 124: a plugin that goes on with a call that it has answered is not heard, and is called again", async () => {
  const plugin = await plugins.start("typescript");
  const heard: string[] = [];
  const log = (_: string, message: string): void => void heard.push(message);
  expect(await act(plugin, "later", "", { log })).toBe("done");
  await sleep(100);
  expect(await act(plugin, "none")).toBe("done");
  expect(heard).toEqual([]);
  await plugin.dispose();
});

it("row 124: a plugin that replaces the functions of fs changes its own process alone", async () => {
  const plugin = await plugins.start("typescript");
  expect(await act(plugin, "patch")).toBe("patched");
  expect(readdirSync(plugins.root)).toContain("typescript");
  expect(await act(plugin, "none")).toBe("done");
  await plugin.dispose();
});
