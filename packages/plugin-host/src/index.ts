export type { BundledPlugin } from "./bundled.ts";
export { type NodeProgramOptions, nodeProgram, type PluginProgram } from "./child/program.ts";
export { type ChildOptions, loadInChild } from "./load-in-child.ts";
export { loadInProcess } from "./load-in-process.ts";
export type { LoadedPlugin } from "./loaded-plugin.ts";
export { type Found, makeRegistry, type PluginRegistry } from "./registry.ts";
