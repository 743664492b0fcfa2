import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { build as bundle, type Metafile, type Plugin } from "esbuild";

export interface BrowserBundle {
  readonly entry: string;
  readonly modules: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

const ENTRIES = ["packages/cli/src/browser.ts", "packages/engine/src/index.ts"];

/** Of minified code, before the operators are compressed to a fourth of it on the way. */
const MAX_BYTES = 800_000;

/** Whether an output is the entry or what that imports other than by `import()`. */
function isLoadedAtOnce(path: string, { outputs }: Metafile): boolean {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { path: next, kind } of outputs[name].imports) if (kind === "import-statement") visit(next);
  };
  for (const [name, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint !== undefined && ENTRIES.includes(entryPoint)) visit(name);
  }
  return seen.has(path);
}

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
      splitting: true,
      outdir: "page",
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
    // what a page loads at once; the rest when it is used
    const first = outputFiles.filter(({ path }) => isLoadedAtOnce(relative(root, path), metafile));
    const bytes = first.reduce((sum, file) => sum + file.contents.length, 0);
    if (bytes > MAX_BYTES)
      problems.push(`browser bundle of ${entry}: ${bytes} bytes at once, expected at most ${MAX_BYTES}`);
    return { entry, modules: Object.keys(metafile.inputs).length, bytes, problems };
  } catch (error) {
    return { entry, modules: 0, bytes: 0, problems: [...problems, `browser bundle of ${entry}: ${String(error)}`] };
  }
}
