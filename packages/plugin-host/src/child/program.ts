import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** How to start a plugin's process: any program that speaks the protocol on the descriptor that it is given. */
export interface PluginProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
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
  const entry = options.entry ?? processEntry();
  return { command: process.execPath, arguments: [...nodeArguments, fileURLToPath(entry), module.href, exportName] };
}

/** The SDK as it is installed, compiled: what a bundle of this module has of it is no file that Node could start. */
function processEntry(): URL {
  return pathToFileURL(createRequire(import.meta.url).resolve("hodu-plugin-sdk/process/main"));
}
