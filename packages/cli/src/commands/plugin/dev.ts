import { resolve } from "node:path";
import { HoduError } from "@hodu/core";
import { logFile, type PluginStore } from "@hodu/plugin-host";
import { DevSession, notSources, readManifest } from "@hodu/plugin-host/develop";
import type { Manifest } from "hodu-plugin-sdk";
import { atEnd } from "../../at-end.ts";
import { type Config, openConfig } from "../../config/config.ts";
import { expandHome } from "../../config/hodu-home.ts";
import { watchInterrupts } from "../../interrupt.ts";
import type { Log } from "../../logging/log.ts";
import { LogTail } from "../../plugin/dev/log-tail.ts";
import { fingerprint, nextChange } from "../../plugin/dev/source-watch.ts";
import { discover, requireStore } from "../../plugins/discover.ts";
import { openRegistry } from "../../plugins/open-registry.ts";
import { escapeLine } from "../../terminal/escape.ts";
import { printError } from "../../terminal/print-error.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeMessage } from "../../terminal/write.ts";

/** How often the plugin's log is looked at, in milliseconds. */
const LOG_EVERY = 200;

/** `hodu plugin dev`: builds a plugin at each change of its sources and has all commands use it, until it is interrupted. */
export async function dev(path: string): Promise<void> {
  const source = resolve(expandHome(path));
  const manifest = readManifest(source);
  const config = await openConfig();
  const store = requireStore(config, process.env);
  const signal = watchInterrupts();
  const session = await openSession(config, store, source, manifest, signal);
  const stopLog = showLog(store, manifest.id);
  try {
    await follow(session, source, manifest, signal);
  } finally {
    stopLog();
    await session.close();
  }
}

async function openSession(
  config: Config,
  store: PluginStore,
  source: string,
  { id }: Manifest,
  signal: AbortSignal,
): Promise<DevSession> {
  const { plugins } = await discover(config, process.env);
  const others = plugins.filter((plugin) => plugin.manifest.id !== id);
  const registry = openRegistry(others, { config, environment: process.env, log: SHOWN, quiet: false });
  atEnd(() => registry.shutDown());
  return DevSession.open({ store, source, id, registry, signal });
}

/** Builds now, and at each change. What fails is printed, and what was before stays in use. */
async function follow(session: DevSession, source: string, manifest: Manifest, signal: AbortSignal): Promise<void> {
  const status = newStatus("normal");
  const without = notSources(manifest, source);
  for (let [before, count] = ["", 0]; ; count++) {
    before = count === 0 ? fingerprint(source, without) : await nextChange(source, without, before, signal);
    const start = performance.now();
    try {
      const { name, version } = await session.rebuild();
      const time = `${(performance.now() - start).toFixed(0)} ms`;
      status.line(count === 0 ? "Loaded" : "Reloaded", `${name} ${version} in ${time}`);
    } catch (error) {
      if (signal.aborted || (error instanceof HoduError && error.code === "ABORTED")) throw error;
      printError(error, false);
      if (count > 0) status.line("Kept", "the build before, until the next change");
    }
    if (count === 0) status.line("Watching", `${source} (Ctrl+C ends it)`);
  }
}

/** What the plugin says through the host is printed at all levels. */
const SHOWN: Log = {
  isOnTerminal: true,
  keeps: () => true,
  write: (_plugin, level, message) => writeMessage(`${level.padStart(12)} ${escapeLine(message)}\n`),
};

/** Prints what is added to the plugin's log: what its processes print, whichever command started them. */
function showLog(store: PluginStore, id: string): () => void {
  const tail = new LogTail(logFile(store, id));
  const show = (): void => {
    for (const line of tail.take()) writeMessage(`${"log".padStart(12)} ${escapeLine(line)}\n`);
  };
  const timer = setInterval(show, LOG_EVERY);
  return () => {
    clearInterval(timer);
    show();
  };
}
