import { statSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";
import { shellWord } from "@hodu/engine/node";
import { installPlugin, type InstallOutcome, type InstallRequest, type InstallSource } from "@hodu/plugin-host/install";
import { openConfig } from "../../config/config.ts";
import { expandHome } from "../../config/hodu-home.ts";
import { printReport } from "../../plugin/install-report.ts";
import { openInstaller } from "../../plugin/installer.ts";
import { interruptible } from "../../plugin/interruptible.ts";
import { requireStore } from "../../plugins/discover.ts";
import { escapeJson } from "../../terminal/escape.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin install`. */
export interface InstallFlags {
  readonly path?: string;
  readonly offline?: string;
  readonly integrity?: string;
  readonly debug?: boolean;
  readonly force?: boolean;
  readonly inProcess?: boolean;
  readonly yes?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `hodu plugin install`: from a folder or an archive. */
export async function install(name: string | undefined, flags: InstallFlags): Promise<void> {
  const { debug = false, force = false, inProcess = false, yes = false, quiet = false, json = false } = flags;
  const request: InstallRequest = {
    source: sourceOf(name, flags),
    ...(name !== undefined && { expected: expectedOf(name) }),
    debug,
    force,
    inProcess,
    retry: retryOf(name, flags),
  };
  const config = await openConfig();
  const store = requireStore(config, process.env);
  const report = printReport(quiet);
  const outcome = await interruptible(
    async (signal) => {
      const host = await openInstaller({ config, signal, report, yes, inProcess });
      return installPlugin(store, request, host).finally(() => report.clear());
    },
    () => (report.hasBegun() ? "Removed temporary files" : "There was nothing to remove"),
  );
  if (json) return writeResult(`${escapeJson(JSON.stringify(outcome.entry, null, 2))}\n`);
  say(outcome, quiet);
}

function sourceOf(name: string | undefined, { path, offline, integrity }: InstallFlags): InstallSource {
  if (path !== undefined && offline !== undefined) {
    throw new HoduError(
      "BAD_USAGE",
      "Cannot install from a folder and an archive at once: expected --path or --offline",
      {
        hint: `hodu plugin install --path ${shellWord(path)}`,
      },
    );
  }
  if (path !== undefined) return { kind: "folder", path: ofKind(expandHome(path), "folder") };
  if (offline !== undefined)
    return {
      kind: "archive",
      path: ofKind(expandHome(offline), "file"),
      ...(integrity !== undefined && { integrity }),
    };
  const what = name === undefined ? "a plugin" : `plugin ${quote(name)}`;
  throw new HoduError("BAD_USAGE", `Cannot install ${what}: found neither --path nor --offline, expected one of them`, {
    hint: "hodu plugin install --path ./my-plugin",
  });
}

/** A path that names the wrong kind is a mistake in the option. One that is not there is told of later. */
function ofKind(path: string, kind: "folder" | "file"): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory() === (kind === "folder")) return path;
  const [found, option] = kind === "folder" ? ["a file", "--offline"] : ["a folder", "--path"];
  throw new HoduError("BAD_USAGE", `Cannot install ${quote(path)}: it is ${found}, expected a ${kind}`, {
    hint: `hodu plugin install ${option} ${shellWord(path)}`,
    where: { file: path },
  });
}

/** `hodu-format-points@1.0.0` */
function expectedOf(text: string): { readonly name: string; readonly version?: string } {
  const at = text.indexOf("@", 1);
  return at < 0 ? { name: text } : { name: text.slice(0, at), version: text.slice(at + 1) };
}

function retryOf(name: string | undefined, flags: InstallFlags): string {
  const { path, offline, integrity, debug, force, inProcess, yes } = flags;
  const words = [
    "hodu plugin install",
    ...(name === undefined ? [] : [shellWord(name)]),
    ...(path === undefined ? [] : ["--path", shellWord(path)]),
    ...(offline === undefined ? [] : ["--offline", shellWord(offline)]),
    ...(integrity === undefined ? [] : ["--integrity", shellWord(integrity)]),
    ...(debug ? ["--debug"] : []),
    ...(force ? ["--force"] : []),
    ...(inProcess ? ["--in-process"] : []),
    ...(yes ? ["--yes"] : []),
  ];
  return words.join(" ");
}

function say({ entry, before, isSame }: InstallOutcome, quiet: boolean): void {
  const status = newStatus(quiet ? "quiet" : "normal");
  const label = `${entry.name} ${entry.version}${entry.debug ? " (dev)" : ""}`;
  if (isSame) return status.line("Unchanged", `${label} is installed already (--force builds it again)`);
  const replaced = before === undefined || before.version === entry.version ? "" : `, in place of ${before.version}`;
  status.line("Installed", `${label} from ${entry.source}${replaced}`);
}
