import { fileURLToPath } from "node:url";
import { PROCESS_ENTRY } from "hodu-plugin-sdk/process";

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
  const { exportName = "default", nodeArguments = [], entry = PROCESS_ENTRY } = options;
  return { command: process.execPath, arguments: [...nodeArguments, fileURLToPath(entry), module.href, exportName] };
}
