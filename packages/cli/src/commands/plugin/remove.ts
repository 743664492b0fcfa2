import { HoduError, quote } from "@hodu/core";
import { readInstalled } from "@hodu/plugin-host";
import { removePlugin } from "@hodu/plugin-host/install";
import { openConfig } from "../../config/config.ts";
import { printReport } from "../../plugin/install-report.ts";
import { interruptible } from "../../plugin/interruptible.ts";
import { BUNDLED_PLUGINS } from "../../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "../../plugins/built-in.ts";
import { requireStore } from "../../plugins/discover.ts";
import { escapeJson } from "../../terminal/escape.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin remove`. */
export interface RemoveFlags {
  readonly cascade?: boolean;
  readonly json?: boolean;
}

/** `hodu plugin remove`: takes a plugin away. */
export async function remove(name: string, { cascade = false, json = false }: RemoveFlags): Promise<void> {
  const store = requireStore(await openConfig(), process.env);
  const onWait = printReport(false).waiting;
  const work = async (signal: AbortSignal) =>
    removePlugin(store, name, { cascade, signal, onWait }).catch(explain(name));
  const removed = await interruptible(work, () => "Nothing was removed");
  if (json) {
    const { plugins } = readInstalled(store.home);
    const result = { removed: removed.map((entry) => entry.name), left: plugins.length };
    return writeResult(`${escapeJson(JSON.stringify(result))}\n`);
  }
  for (const entry of removed) newStatus("normal").line("Removed", `${entry.name} ${entry.version}`);
}

/** What comes with Hodu is not in the user's folder: it can only be turned off. */
function explain(name: string): (error: unknown) => never {
  return (error) => {
    const wanted = name.trim().toLowerCase();
    const bundled = [FORMATS, ...BUNDLED_PLUGINS, INTERP].find(
      ({ manifest: { id, components } }) => id === wanted || components.some((component) => component.name === wanted),
    );
    if (bundled === undefined || !(error instanceof HoduError) || error.code !== "PLUGIN_NOT_FOUND") throw error;
    throw new HoduError(
      "BAD_USAGE",
      `Cannot remove plugin ${quote(name)}: it comes with Hodu, expected one that was installed`,
      {
        hint: bundled === FORMATS ? "hodu plugin list" : `hodu plugin disable ${wanted}`,
        where: { plugin: bundled.manifest.id },
      },
    );
  };
}
