import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { build as bundle, type Plugin } from "esbuild";

export interface BrowserBundle {
  readonly entry: string;
  readonly modules: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

const ENTRIES = ["packages/cli/src/browser.ts", "packages/engine/src/index.ts"];

/** Bundles what a page imports, from source, and reports every node: module that gets into it. */
export async function bundleForBrowser(root: string): Promise<BrowserBundle> {
  const entry = ENTRIES.find((path) => existsSync(join(root, path)));
  if (entry === undefined)
    return { entry: "", modules: 0, bytes: 0, problems: [`no browser entry: ${ENTRIES.join(" or ")}`] };
  const problems: string[] = [];
  const noNodeModules: Plugin = {
    name: "no-node-modules",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer }) => {
        if (!isBuiltin(path)) return undefined;
        problems.push(`browser bundle of ${entry}: ${relative(root, importer)} imports "${path}"`);
        return { path, external: true };
      });
    },
  };
  try {
    const { metafile, outputFiles } = await bundle({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2023",
      conditions: ["hodu-source"],
      logLevel: "silent",
      plugins: [noNodeModules],
    });
    const bytes = outputFiles.reduce((sum, file) => sum + file.contents.length, 0);
    return { entry, modules: Object.keys(metafile.inputs).length, bytes, problems };
  } catch (error) {
    return { entry, modules: 0, bytes: 0, problems: [...problems, `browser bundle of ${entry}: ${String(error)}`] };
  }
}
