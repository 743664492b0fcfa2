import { spawnSync } from "node:child_process";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { expect, it } from "vitest";

const ENTRY = fileURLToPath(new URL("./testing/bundled-run.ts", import.meta.url));

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2023",
    conditions: ["hodu-source"],
    logLevel: "silent",
    ...options,
  });
  return outputFiles![0].text;
}

it.each([false, true])(
  "runs on threads from a bundle, and lets its process end (minified: %s)",
  async (minify) => {
    const text = await bundle({ platform: "node", minify });
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-"], {
      input: text,
      encoding: "utf8",
      timeout: 60_000,
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: "sum 640000\n", stderr: "", status: 0 });
  },
  90_000,
);

it("has no module of Node in a bundle for pages", async () => {
  const found: string[] = [];
  await bundle({
    platform: "browser",
    plugins: [
      {
        name: "no-node-modules",
        setup: (plugin) =>
          plugin.onResolve({ filter: /.*/ }, ({ path }) => {
            if (!isBuiltin(path)) return undefined;
            found.push(path);
            return { path, external: true };
          }),
      },
    ],
  });
  expect(found).toEqual([]);
});
