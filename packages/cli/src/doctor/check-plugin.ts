import { HoduError, quote } from "@hodu/core";
import {
  installAgain,
  type InstalledPlugin,
  type ListedPlugin,
  type LoadedPlugin,
  type PluginRegistry,
} from "@hodu/plugin-host";
import { checkManifest, digestFolder, readPackageJson } from "@hodu/plugin-host/install";
import { resolveLoadOrder, thisMachine } from "@hodu/plugin-host/resolve";
import { SDK_VERSION } from "hodu-plugin-sdk";
import { entryOf } from "../plugins/entry-of.ts";
import { asWrong } from "./as-wrong.ts";
import type { AllPlugins } from "./find-all.ts";
import type { Finding } from "./finding.ts";
import { type Hardware, usedBy } from "./hardware.ts";
import { DIGEST_TIMEOUT_MS, PLUGIN_TIMEOUT_MS } from "./limits.ts";
import { within } from "./within.ts";

/** How a plugin is, and why its backends do not run here, by name: those that do are not in it. */
export interface PluginReport {
  readonly plugin: ListedPlugin;
  readonly finding: Finding;
  readonly unavailable: ReadonlyMap<string, string>;
  /** Devices that its backends have looked for and found. */
  readonly hardware: readonly Hardware[];
}

/** Holds a plugin to its manifest, its files and what it requires, then loads it and lets it go. Never rejects. */
export async function checkPlugin(
  plugin: ListedPlugin,
  all: AllPlugins,
  registry: PluginRegistry,
): Promise<PluginReport> {
  const { id } = plugin.manifest;
  const finding = await findFault(plugin, all);
  if (finding !== undefined) return { plugin, finding, unavailable: notLoaded(plugin), hardware: [] };
  try {
    const found = await within(tryPlugin(plugin, registry), PLUGIN_TIMEOUT_MS, `load plugin ${quote(id)}`);
    return { plugin, finding: { mark: "ok", name: id, text: `${id}: OK` }, ...found };
  } catch (error) {
    const wrong = asWrong(id, error, fixOf(error, plugin));
    return { plugin, finding: wrong, unavailable: notLoaded(plugin), hardware: [] };
  } finally {
    // Others may need it, and those that only listen hear of the hardware: then it goes at the end of the command.
    if (!plugin.manifest.components.some(({ kind }) => kind === "extension")) void registry.unload(id).catch(() => {});
  }
}

/** What is wrong with a plugin before it is loaded. */
async function findFault(plugin: ListedPlugin, all: AllPlugins): Promise<Finding | undefined> {
  const { manifest } = plugin;
  const { id, sdk } = manifest;
  const entry = entryOf(all.entries, plugin);
  const fix = installAgain(plugin);
  const wrong = (what: string, command: string): Finding => ({
    mark: "wrong",
    name: id,
    text: `${id}: ${what}`,
    fix: command,
  });
  if (entry !== undefined && all.unlinked.has(id)) return wrong("its link to the SDK is broken", "hodu doctor --fix");
  if (all.quarantined.has(id)) return wrong("quarantined, it crashed too often", `hodu plugin enable ${id}`);
  const failure = resolveLoadOrder([plugin], all.plugins, { machine: thisMachine() }).failures.get(plugin);
  if (failure?.code === "PLUGIN_INCOMPATIBLE") return wrong(`SDK version mismatch (${sdk} vs ${SDK_VERSION})`, fix);
  if (failure !== undefined) return asWrong(id, failure);
  try {
    const changed = await within(differs(plugin, entry), DIGEST_TIMEOUT_MS, `read plugin ${quote(id)}`);
    return changed === undefined ? undefined : wrong(changed, fix);
  } catch (error) {
    return asWrong(id, error, fix);
  }
}

/** How the files of an installed plugin are not those that were installed. One that is used in its own folder is to change. */
async function differs(plugin: ListedPlugin, entry: InstalledPlugin | undefined): Promise<string | undefined> {
  if (plugin.folder === undefined) return undefined;
  checkManifest(readPackageJson(plugin.folder), plugin.folder);
  if (entry === undefined || entry.folder !== undefined) return undefined;
  return (await digestFolder(plugin.folder)) === entry.digest
    ? undefined
    : "its files are not those that were installed";
}

/** Loads a plugin, and asks its backends whether they run here. */
async function tryPlugin(
  { manifest }: ListedPlugin,
  registry: PluginRegistry,
): Promise<Pick<PluginReport, "unavailable" | "hardware">> {
  const { backends = {} }: LoadedPlugin = await registry.load(manifest.id);
  const unavailable = new Map<string, string>();
  const hardware: Hardware[] = [];
  for (const component of manifest.components) {
    if (component.kind !== "backend" || !component.capabilities.includes("run")) continue;
    const device = component.devices[0] ?? "cpu";
    const answer = await backends[component.name].available?.(device);
    if (typeof answer === "string") unavailable.set(component.name, answer);
    else if (answer === true) hardware.push(usedBy(component.name, manifest, device));
  }
  return { unavailable, hardware };
}

const notLoaded = ({ manifest }: ListedPlugin): ReadonlyMap<string, string> =>
  new Map(manifest.components.map(({ name }) => [name, "its plugin does not load, see Plugin Health"]));

/** What a plugin that hangs or crashes needs is another build of it; else the error knows. */
function fixOf(error: unknown, plugin: ListedPlugin): string | undefined {
  const hint = error instanceof HoduError ? error.hint : undefined;
  return hint ?? installAgain(plugin);
}
