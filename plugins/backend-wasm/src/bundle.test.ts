import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { afterAll, expect, it } from "vitest";

const ENTRY = fileURLToPath(new URL("./testing/bundled-run.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hodu-wasm-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundle(options: BuildOptions): Promise<void> {
  await build({
    entryPoints: { run: ENTRY },
    outExtension: { ".js": ".mjs" },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2023",
    conditions: ["hodu-source"],
    logLevel: "silent",
    ...options,
  });
}

it.each([false, true])(
  "runs on threads from a bundle, and lets its process end (minified: %s)",
  { tags: ["long"], timeout: 90_000 },
  async (minify) => {
    await bundle({ platform: "node", minify });
    const ended = spawnSync(process.execPath, [join(folder, "run.mjs")], { encoding: "utf8", timeout: 60_000 });
    const { stdout, stderr, status } = ended;
    expect({ stdout, stderr, status }).toEqual({ stdout: "sum 640000\n", stderr: "", status: 0 });
  },
);

it("has no module of Node in a bundle for pages", { tags: ["long"] }, async () => {
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
