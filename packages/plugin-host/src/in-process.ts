/** The part of the host that runs in a page as well: plugins that are imported. */
export { type ListedPlugin, listInProcess, ORIGINS, type PluginOrigin } from "./listed-plugin.ts";
export type { Found } from "./found.ts";
export { loadInProcess } from "./load-in-process.ts";
export type { LoadedPlugin } from "./loaded-plugin.ts";
export { makeCatalog, type PluginCatalog, type CatalogOptions } from "./catalog.ts";
