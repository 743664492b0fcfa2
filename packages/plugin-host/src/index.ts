export { type ListedPlugin, listInProcess, ORIGINS, type PluginOrigin } from "./listed-plugin.ts";
export { type NodeProgramOptions, nodeProgram, type PluginProgram } from "./child/program.ts";
export { type ChildOptions, loadInChild } from "./load-in-child.ts";
export { loadInProcess } from "./load-in-process.ts";
export type { LoadedPlugin } from "./loaded-plugin.ts";
export { findPlugin } from "./find-plugin.ts";
export type { Found } from "./found.ts";
export { makeCatalog, type PluginCatalog, type CatalogOptions } from "./catalog.ts";
export {
  type BrokenPlugin,
  type Discovery,
  discoverPlugins,
  type ShadowedPlugin,
} from "./discovery/discover-plugins.ts";
export { readTrusted, trustedText } from "./discovery/trusted-folders.ts";
export { changeInstalled } from "./store/change-installed.ts";
export { type InstalledPlugin, type InstalledPlugins } from "./store/installed-plugin.ts";
export { listInstalled, logFile } from "./store/list-installed.ts";
export { packageFolder, type PluginStore, pluginStore, sourceFolder } from "./store/plugin-store.ts";
export { readInstalled } from "./store/read-installed.ts";
export { writeDurably } from "./store/write-durably.ts";
export { type StoreLockOptions, withStoreLock } from "./store/store-lock.ts";
