import { HoduError } from "@hodu/core";
import { findPlugin, type InstalledPlugin, type PluginStore, readInstalled } from "@hodu/plugin-host";
import { type InstallHost, rebuildPlugin, recoverIndex } from "@hodu/plugin-host/install";
import { type Config, openConfig } from "../../config/config.ts";
import { type PrintedReport, printReport } from "../../plugin/install-report.ts";
import { openInstaller } from "../../plugin/installer.ts";
import { interruptible } from "../../plugin/interruptible.ts";
import { requireStore } from "../../plugins/discover.ts";
import { escapeJson } from "../../terminal/escape.ts";
import { printError } from "../../terminal/print-error.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin rebuild`. */
export interface RebuildFlags {
  readonly all?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `hodu plugin rebuild`: builds installed plugins again of the sources that were kept. */
export async function rebuild(
  name: string | undefined,
  { all = false, quiet = false, json = false }: RebuildFlags,
): Promise<void> {
  if (all === (name !== undefined)) {
    throw new HoduError("BAD_USAGE", "Cannot tell what to rebuild: expected the name of a plugin, or --all", {
      hint: "hodu plugin rebuild --all",
    });
  }
  const config = await openConfig();
  const store = requireStore(config, process.env);
  const report = printReport(quiet);
  const rebuilt = await interruptible(
    (signal) => rebuildThose(store, name, { config, signal, report }),
    () => "Removed temporary files",
  );
  if (json) return writeResult(`${escapeJson(JSON.stringify({ rebuilt: rebuilt.map((entry) => entry.name) }))}\n`);
  const status = newStatus(quiet ? "quiet" : "normal");
  for (const { name: id, version } of rebuilt) status.line("Rebuilt", `${id} ${version}`);
  if (all && rebuilt.length === 0) status.line("Rebuilt", "nothing: no plugin is installed");
}

interface Work {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly report: PrintedReport;
}

async function rebuildThose(
  store: PluginStore,
  name: string | undefined,
  work: Work,
): Promise<readonly InstalledPlugin[]> {
  if (name === undefined) await recover(store, work);
  const { plugins } = readInstalled(store.home);
  const one = name === undefined ? undefined : findPlugin(plugins, name, "rebuild");
  const host = await openInstaller({ ...work, yes: true, inProcess: false, except: one?.name });
  if (one !== undefined) return [await rebuildOne(store, one, host, work)];
  const rebuilt: InstalledPlugin[] = [];
  let failure: unknown;
  for (const entry of plugins.filter(({ folder }) => folder === undefined)) {
    try {
      rebuilt.push(await rebuildOne(store, entry, host, work));
    } catch (error) {
      if (work.signal.aborted) throw error;
      if (failure !== undefined) printError(error, false);
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return rebuilt;
}

async function rebuildOne(
  store: PluginStore,
  entry: InstalledPlugin,
  host: InstallHost,
  { report }: Work,
): Promise<InstalledPlugin> {
  const outcome = await rebuildPlugin(store, entry, host).finally(() => report.clear());
  return outcome.entry;
}

/** A damaged list of plugins is made anew first. */
async function recover(store: PluginStore, { signal, report }: Work): Promise<void> {
  const recovered = await recoverIndex(store, { signal, onWait: report.waiting });
  if (recovered === undefined) return;
  const count = recovered.plugins.length;
  newStatus("normal").line(
    "Recovered",
    `${count} ${count === 1 ? "plugin" : "plugins"}; the damaged list is ${recovered.kept}`,
  );
}
