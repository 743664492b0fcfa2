import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

/**
 * Bundles as `options` say, with what a start loads as one chunk: a file costs more to find than to read, and esbuild makes one for each set
 * of entries that share something. So every entry, those of dynamic imports too, imports `start`, and uses of it what cannot be left out.
 * `start`: module and export for each that a start uses; `apart`: paths of entries that are loaded without it.
 */
export async function buildInOneChunk(options, start, apart = []) {
  const { metafile } = await build({ ...options, write: false });
  const entries = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const starting = new Set(entries.filter((path) => !apart.includes(path)).map((path) => resolve(path)));
  return build({ ...options, plugins: [...(options.plugins ?? []), importStart(start, starting)] });
}

function importStart(start, entries) {
  const imports = start.map(
    ([module, name], i) => `import { ${name} as start${i} } from ${JSON.stringify(resolve(module))};`,
  );
  const uses = start.map((_, i) => `start${i}`);
  return {
    name: "start-in-one-chunk",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^hodu:start$/ }, ({ path }) => ({ path, namespace: "start" }));
      onLoad({ filter: /.*/, namespace: "start" }, () => ({
        contents: `${imports.join("")}[${uses.join()}].length;`,
        resolveDir: ".",
      }));
      onLoad({ filter: /\.js$/ }, ({ path }) =>
        entries.has(path) ? { contents: `import "hodu:start";${readFileSync(path, "utf8")}` } : undefined,
      );
    },
  };
}
