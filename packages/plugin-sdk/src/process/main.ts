/** `node main.js <URL of a plugin's module> [<name of the export>]`: serves the plugin that the module exports. */
import type { Plugin } from "../contracts/plugin.ts";
import { siblingModule } from "./sibling-module.ts";
import { servePlugin } from "./serve.ts";
import { watchParent } from "./watch-parent.ts";

const [, , url, name = "default"] = process.argv;
if (url === undefined) throw new Error("no module was named");
const exports = (await import(url)) as Readonly<Record<string, Plugin | undefined>>;
const plugin = exports[name];
if (typeof plugin !== "object") throw new Error(`${url} has no plugin as its export "${name}"`);
servePlugin(plugin, () => watchParent(siblingModule("parent-watch", import.meta.url)));
