import { fstatSync } from "node:fs";
import { ERROR_CODES, type HoduError } from "@hodu/core";
import type { Plugin } from "../contracts/plugin.ts";
import { LINE_DESCRIPTOR, LINE_VARIABLE } from "../protocol/messages.ts";
import { servePluginOver } from "../protocol/serve-plugin.ts";
import { MemoryFiles } from "./memory-files.ts";
import { descriptorLine } from "./socket-line.ts";

/** What the host may take to read what was printed. */
const FLUSH_MS = 1000;

/**
 * Serves a plugin to the host that started this process, until the host closes the line; then the process ends. The plugin may print
 * to stdout and stderr: the host keeps that as its log. Ends the process with status 2 when no host started it. `onCall` is called before
 * each call of the plugin's own code.
 */
export function servePlugin(plugin: Plugin, onCall?: () => void): void {
  const descriptor = Number(process.env[LINE_VARIABLE] ?? LINE_DESCRIPTOR);
  if (!isSocket(descriptor)) {
    const name = plugin.manifest === undefined ? "" : ` "${plugin.manifest.id}"`;
    console.error(`This is the Hodu plugin${name}: hodu starts it. hint: hodu plugin list`);
    process.exit(ERROR_CODES.BAD_USAGE.exit);
  }
  const end = (breach: HoduError | undefined): void => {
    if (breach !== undefined) console.error(breach.message);
    void exit(breach === undefined ? 0 : ERROR_CODES[breach.code].exit);
  };
  const openMemory = (folder: string): MemoryFiles | undefined => {
    const memory = new MemoryFiles(folder, "plugin");
    return memory.isUsable ? memory : undefined;
  };
  servePluginOver(descriptorLine(descriptor), plugin, end, { openMemory, ...(onCall && { onCall }) });
}

/** Ends the process once what it printed is written. */
async function exit(status: number): Promise<void> {
  setTimeout(() => process.exit(status), FLUSH_MS);
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write("", resolve))),
  );
  process.exit(status);
}

function isSocket(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isSocket() || status.isFIFO();
  } catch {
    return false;
  }
}
