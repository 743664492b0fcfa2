/** What a package may import of ours. Third-party packages must stand in its package.json. */
export interface Layer {
  readonly mayImport: readonly string[];
}

/** The layers, by folder of packages/, from the bottom up. */
export const LAYERS: Readonly<Record<string, Layer | undefined>> = {
  core: { mayImport: [] },
  compiler: { mayImport: ["@hodu/core"] },
  "plugin-sdk": { mayImport: ["@hodu/core", "@hodu/compiler"] },
  engine: { mayImport: ["@hodu/core", "@hodu/compiler", "hodu-plugin-sdk"] },
  "plugin-host": { mayImport: ["@hodu/core", "hodu-plugin-sdk"] },
  server: { mayImport: ["@hodu/core", "hodu-plugin-sdk", "@hodu/engine", "@hodu/plugin-host"] },
  cli: {
    mayImport: ["@hodu/core", "@hodu/compiler", "hodu-plugin-sdk", "@hodu/engine", "@hodu/plugin-host", "@hodu/server"],
  },
};

/** Every package of plugins/: it may import what any plugin author may. */
export const PLUGIN_LAYER: Layer = { mayImport: ["hodu-plugin-sdk"] };

/** Whether what the package at `directory` imports is bundled into it when it is published: then it may be a devDependency. */
export function isBundled(directory: string): boolean {
  return directory === "packages/cli";
}

const NODE_FOLDERS: readonly string[] = [
  "packages/engine/src/node/",
  "packages/plugin-sdk/src/node/",
  "packages/plugin-sdk/src/testing/",
  "packages/plugin-sdk/src/process/",
  "packages/plugin-host/",
  "packages/server/",
  "packages/cli/",
  "plugins/",
];

/** Whether the file at `path` (relative to the root) may import node: modules. */
export function allowsNodeModules(path: string): boolean {
  return NODE_FOLDERS.some((folder) => path.startsWith(folder));
}

/** The one place below packages/ that imports plugins/: the generated list of the bundled ones. */
export function isBundledPluginList(path: string): boolean {
  return path.startsWith("packages/cli/src/generated/");
}

/** The suites that plugins are tested with: they are published. */
const SUITES = "packages/plugin-sdk/src/testing/";

/** Whether the file at `path` is a test, or what only tests import: it may use what the root installs. */
export function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || (/\/testing\//.test(path) && !path.startsWith(SUITES));
}
