import { type Plugin, PluginMetadata } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import { loadInProcess } from "./load-in-process.ts";

const manifest = new PluginMetadata("p", "1.0.0").build();

it.each([
  ["exports nothing", async () => undefined, "it is not the default export of its module"],
  ["exports null", async () => null, "it is not the default export of its module"],
  ["exports a function", async () => () => {}, "it is not the default export of its module"],
  ["fails", () => Promise.reject(new Error("no")), "its module failed with Error: no"],
])("refuses a module that %s", async (_, importPlugin, found) => {
  await expect(loadInProcess(manifest, importPlugin as () => Promise<Plugin>)).rejects.toMatchObject({
    code: "PLUGIN_PROTOCOL",
    message: `Cannot load plugin "p": ${found}, expected a plugin`,
    where: { plugin: "p" },
  });
});
