import type { HoduError } from "@hodu/core";
import { candidateBackends } from "@hodu/engine";
import { shellWord } from "@hodu/engine/node";
import type { ListedPlugin, PluginCatalog } from "@hodu/plugin-host";
import { again, withoutOption } from "../terminal/again.ts";

/** Commands that run models on a backend. */
const RUNNING: readonly string[] = ["run", "compare"];

/** A crash of a plugin with the ways around it that this user has: other errors are left as they are. */
export function adviseOnCrash(
  error: HoduError,
  catalog: PluginCatalog,
  args: readonly string[] = process.argv.slice(2),
): HoduError {
  const { report, where } = error;
  const plugin = catalog.plugins.find(({ manifest }) => manifest.id === where.plugin);
  if (error.code !== "PLUGIN_CRASH" || report === undefined || plugin === undefined) return error;
  const ways = [
    ...otherBackend(plugin, catalog, args),
    ...withoutTransform(plugin, args),
    ...earlierVersion(plugin),
    withoutPlugin(plugin),
  ];
  const workaround = { title: "Workaround:", lines: ways.map((way) => `- ${way}`) };
  return error.with({ report: { ...report, sections: [...report.sections, workaround] } });
}

/** The command that was typed, on the backend that would come next, where there is one. */
function otherBackend(plugin: ListedPlugin, catalog: PluginCatalog, args: readonly string[]): readonly string[] {
  const crashed = catalog.backends.find((offer) => offer.plugin.manifest.id === plugin.manifest.id);
  if (crashed === undefined || !RUNNING.includes(args[0])) return [];
  const others = catalog.backends.filter((offer) => offer.plugin.manifest.id !== plugin.manifest.id);
  const [device = "cpu"] = crashed.component.devices;
  const runsOn = (wanted: string): boolean =>
    others.some(({ component: { capabilities, devices } }) => capabilities.includes("run") && devices.includes(wanted));
  const isThere = runsOn(device);
  if (!isThere && !runsOn("cpu")) return [];
  const { component } = candidateBackends(others, { device: isThere ? device : "cpu" })[0];
  const typed = withoutOption(args, isThere ? ["--backend"] : ["--backend", "--device", "-d"]);
  return [`Try a different backend: ${again(`--backend ${component.name}${isThere ? "" : " --device cpu"}`, typed)}`];
}

function withoutTransform({ manifest }: ListedPlugin, args: readonly string[]): readonly string[] {
  const typed = withoutOption(args, ["--transform"]);
  const isOne = manifest.components.some(({ kind }) => kind === "transform");
  return isOne && typed.length < args.length ? [`Run the model without transforms: ${again("", typed)}`] : [];
}

/** Earlier versions are where the user has them: what was installed before is not kept. */
function earlierVersion({ manifest: { id, version }, origin, source }: ListedPlugin): readonly string[] {
  if (origin !== "user" || source === undefined) return [];
  const from = source.startsWith("file:") ? "--offline FILE.tgz" : "--path FOLDER";
  return [`Downgrade plugin: hodu plugin install ${id} ${from} (of a version before ${version})`];
}

function withoutPlugin({ manifest, origin, folder = "" }: ListedPlugin): string {
  if (origin === "path") return `Do without it: take ${shellWord(folder)} out of --plugin-path and HODU_PLUGIN_PATH`;
  if (origin === "project") return "Do without the plugins of this folder: hodu plugin trust --revoke .";
  return `Do without it: hodu plugin disable ${manifest.id}`;
}
