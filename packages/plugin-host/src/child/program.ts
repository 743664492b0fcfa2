import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** How to start a plugin's process: any program that speaks the protocol on the descriptor that it is given. */
export interface PluginProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Names of the variables of this process that it sees; default: all. */
  readonly inherits?: readonly string[];
  /** Added to these. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** It is run by a shell, which tells of a signal N by the exit code 128 + N. */
  readonly hasShellCodes?: true;
}

export interface NodeProgramOptions {
  /** Export that holds the plugin; default: `default`. */
  readonly exportName?: string;
  /** Options of Node, such as `--max-old-space-size=4096`. */
  readonly nodeArguments?: readonly string[];
  /** The program that imports and serves the module; default: the SDK's own. */
  readonly entry?: URL;
}

/** The program for a plugin that is a JavaScript module. */
export function nodeProgram(module: URL, options: NodeProgramOptions = {}): PluginProgram {
  const { exportName = "default", nodeArguments = [] } = options;
  const server = options.entry === undefined ? installedServer() : [fileURLToPath(options.entry)];
  return { command: process.execPath, arguments: [...nodeArguments, ...server, module.href, exportName] };
}

/**
 * The arguments of Node that start the SDK's server as it is installed: what a bundle of this module has of it is no file that Node could
 * start. The SDK in few files is taken, for the plugin too, where it is there and nothing was compiled since.
 */
function installedServer(): readonly string[] {
  const main = createRequire(import.meta.url).resolve("hodu-plugin-sdk/process/main");
  const bundle = join(dirname(main), "../bundle");
  return isCurrent(bundle) ? ["--conditions=hodu-process", join(bundle, "process/main.js")] : [main];
}

/** In a checkout, packages may have been compiled after they were bundled; elsewhere there is nothing to compare with. */
function isCurrent(bundle: string): boolean {
  const inputs = join(bundle, "inputs.txt");
  const bundled = timeOf(inputs);
  if (bundled === 0) return false;
  const stamps = readFileSync(inputs, "utf8").trim().split("\n");
  return stamps.every((stamp) => timeOf(join(bundle, stamp)) <= bundled);
}

const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
