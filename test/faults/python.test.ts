import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { act, errorOf, makeTroublePlugins, MISSING, type TroublePlugins } from "./trouble-plugins.ts";

let plugins: TroublePlugins;
beforeAll(async () => {
  plugins = await makeTroublePlugins(["python"]);
}, 120_000);
afterAll(() => plugins.remove());

const isMissing = MISSING.python !== undefined;

describe.skipIf(isMissing)("row 123: a plugin in Python", () => {
  it.each([
    ["imports what its package has not", "import hodu_plugin.nothing", /ModuleNotFoundError[^]*hodu_plugin/],
    ["misses what it depends on", "import no_such_package", /No module named 'no_such_package'/],
    ["cannot be parsed", "def (:", /SyntaxError/],
    ["leaves by sys.exit", "import sys; sys.exit(7)", /exit code 7/],
    ["leaves by os._exit", "import os; os._exit(8)", /exit code 8/],
    ["raises", "raise ValueError('nobody catches this')", /ValueError: nobody catches this/],
    ["prints and ends", "print('hodu-plugin 1 x/1')", /exit code 0/],
    ["leaves its work to a copy", "import os, time; os.fork() or time.sleep(60)", /exit code 0/],
  ])("that %s as it starts is a crash, and its error says so", async (_, script, message) => {
    const program = { command: "python3", arguments: ["-c", script] };
    const manifest = { ...plugins.manifest("python"), program };
    const error = await errorOf(plugins.start("python", { manifest, grace: 500 }));
    expect(error).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-trouble" } });
    expect(error.message).toMatch(message);
    expect(error.hint).toContain("python.log");
  });

  it("that keeps the interpreter's lock is ended at the deadline", async () => {
    const plugin = await plugins.start("python", { grace: 300, callTimeout: 500 });
    expect((await errorOf(act(plugin, "lock"))).code).toBe("DEADLINE");
    await plugin.dispose();
  });

  it("that calls sys.exit in a call fails that call, or ends", async () => {
    const plugin = await plugins.start("python", { callTimeout: 10_000 });
    const error = await errorOf(act(plugin, "leave"));
    expect(["PLUGIN_CRASH", "PLUGIN_PROTOCOL"]).toContain(error.code);
    expect(error.message).toMatch(/SystemExit|exit code 4/);
    await plugin.dispose();
  });

  it.each([
    ["answers twice, by a copy of itself", "twin"],
    ["prints where the protocol is spoken", "line"],
  ])("that %s has broken the protocol", async (_, fault) => {
    const plugin = await plugins.start("python", { callTimeout: 10_000, grace: 300 });
    await act(plugin, fault).catch(() => {});
    const error = await errorOf(act(plugin, "none").then(() => act(plugin, "none")));
    expect(error).toMatchObject({ code: "PLUGIN_PROTOCOL", where: { plugin: "hodu-test-trouble" } });
    await plugin.dispose();
  });

  it("that prints to its standard output is called again", async () => {
    const plugin = await plugins.start("python");
    expect(await act(plugin, "flood")).toBe("printed");
    expect(await act(plugin, "none")).toBe("done");
    await plugin.dispose();
  });
});
