import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { nodeProgram, type PluginProgram } from "@hodu/plugin-host";
import { build } from "esbuild";

/** Plugins and programs that tests start in a process, by a short name; paths from the root of the repository. */
const MODULES = {
  cpu: "plugins/backend-cpu/src/index.ts",
  echo: "test/plugins/fixtures/echo-plugin.ts",
  formats: "packages/engine/src/formats/plugin.ts",
  faulty: "test/plugins/fixtures/faulty-plugin.ts",
  interp: "packages/engine/src/interp/plugin.ts",
  "endless-writer": "test/plugins/fixtures/endless-writer.ts",
  "lonely-host": "test/plugins/fixtures/lonely-host.ts",
  npy: "plugins/format-npy/src/index.ts",
  onnx: "plugins/format-onnx/src/index.ts",
  parts: "test/plugins/fixtures/parts-plugin.ts",
  points: "test/plugins/fixtures/points-format.ts",
  safetensors: "plugins/format-safetensors/src/index.ts",
  wasm: "plugins/backend-wasm/src/index.ts",
} as const;

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Processes {
  /** The program for a plugin's process, made from the sources as they are now, so that no test runs a stale build. */
  program(name: keyof typeof MODULES, exportName?: string): Promise<PluginProgram>;
  /** The path of a module by itself. */
  module(name: keyof typeof MODULES): string;
  remove(): void;
}

export async function buildProcesses(): Promise<Processes> {
  const folder = mkdtempSync(join(tmpdir(), "hodu-processes-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  // native packages are not bundled
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  await build({
    absWorkingDir: root,
    entryPoints: {
      main: "packages/plugin-sdk/src/process/main.ts",
      "parent-watch": "packages/plugin-sdk/src/process/parent-watch.ts",
      ...MODULES,
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["hodu-source"],
    logLevel: "silent",
  }).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const url = (name: string): URL => pathToFileURL(join(folder, `${name}.js`));
  return {
    program: async (name, exportName) =>
      nodeProgram(url(name), { entry: url("main"), ...(exportName && { exportName }) }),
    module: (name) => fileURLToPath(url(name)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
