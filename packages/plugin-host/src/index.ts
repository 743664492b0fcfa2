export { type ListedPlugin, listInProcess, ORIGINS, type PluginOrigin } from "./listed-plugin.ts";
export { type NodeProgramOptions, nodeProgram, type PluginProgram } from "./child/program.ts";
export { type ChildOptions, loadInChild } from "./load-in-child.ts";
export { loadInProcess } from "./load-in-process.ts";
export type { LoadedPlugin } from "./loaded-plugin.ts";
export type { Found } from "./found.ts";
export { makeCatalog, type PluginCatalog, type CatalogOptions } from "./catalog.ts";
