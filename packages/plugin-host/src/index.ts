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
  PROJECT_FOLDERS,
  type ShadowedPlugin,
} from "./discovery/discover-plugins.ts";
export { crashesInFile } from "./life/crash-file.ts";
export type { CrashRecord } from "./life/crash-record.ts";
export { DynamicPluginLoader, type DynamicPluginLoaderOptions } from "./life/dynamic-plugin-loader.ts";
export { endPluginSystem, globalRegistry, hasGlobalRegistry, initGlobalRegistry } from "./life/global-registry.ts";
export { installAgain } from "./life/install-again.ts";
export type { PluginHandle } from "./life/living-plugin.ts";
export type { LoadIntoReport } from "./life/load-into-report.ts";
export type { PluginFilter } from "./life/plugin-filter.ts";
export type { InitializeReport } from "./life/loader.ts";
export { PluginRegistry, type UnloadOptions } from "./life/plugin-registry.ts";
export type { PluginState } from "./life/plugin-state.ts";
export type { RegistryOptions } from "./life/registry-options.ts";
export { StaticPluginLoader } from "./life/static-plugin-loader.ts";
export { shortName } from "./resolve/plugins-named.ts";
export type { Machine } from "./resolve/machine.ts";
export { brokenError } from "./discovery/broken-error.ts";
export { readTrusted, trustedText } from "./discovery/trusted-folders.ts";
export { changeInstalled } from "./store/change-installed.ts";
export { type InstalledPlugin, type InstalledPlugins } from "./store/installed-plugin.ts";
export { listInstalled, logFile } from "./store/list-installed.ts";
export { packageFolder, type PluginStore, pluginStore, sourceFolder } from "./store/plugin-store.ts";
export { readInstalled } from "./store/read-installed.ts";
export { hasUnfinished } from "./store/unfinished.ts";
export { writeDurably } from "./store/write-durably.ts";
export { type StoreLockOptions, withStoreLock } from "./store/store-lock.ts";
