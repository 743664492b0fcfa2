import { type InstallHost, thisMachine } from "@hodu/plugin-host/install";
import type { Config } from "../config/config.ts";
import { discover } from "../plugins/discover.ts";
import { confirmInstall } from "./confirm-install.ts";
import type { PrintedReport } from "./install-report.ts";

export interface InstallerOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly report: PrintedReport;
  readonly yes: boolean;
  readonly inProcess: boolean;
}

/** What the command gives an install: the machine, the plugins that there are, and its user. */
export async function openInstaller(options: InstallerOptions): Promise<InstallHost> {
  const { config, signal, report, yes, inProcess } = options;
  const { plugins } = await discover(config, process.env);
  return {
    signal,
    report,
    known: plugins,
    compilersIn: [process.cwd()],
    machine: thisMachine(),
    confirm: (manifest, build) => {
      report.clear();
      return confirmInstall(manifest, build, { yes, inProcess, signal });
    },
  };
}
