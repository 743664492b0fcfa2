import { type InstallHost, thisMachine } from "@hodu/plugin-host/install";
import type { Config } from "../config/config.ts";
import { discover } from "../plugins/discover.ts";
import { openBus } from "../plugins/open-bus.ts";
import { confirmInstall } from "./confirm-install.ts";
import type { PrintedReport } from "./install-report.ts";

export interface InstallerOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly report: PrintedReport;
  readonly yes: boolean;
  readonly inProcess: boolean;
  /** The id of the plugin that is worked on, where it is known: it is not loaded. */
  readonly except?: string | undefined;
}

/** What the command gives an install: the machine, the plugins that there are, and its user. */
export async function openInstaller(options: InstallerOptions): Promise<InstallHost> {
  const { config, signal, report, yes, inProcess, except } = options;
  const { plugins } = await discover(config, process.env);
  const registry = await openBus(plugins, { config, environment: process.env, except });
  registry.subscribe("InstallProgress", report.draw);
  return {
    signal,
    report,
    events: registry.emit,
    known: plugins,
    compilersIn: [process.cwd()],
    machine: thisMachine(),
    confirm: (manifest, build) => {
      report.clear();
      return confirmInstall(manifest, build, { yes, inProcess, signal });
    },
  };
}
