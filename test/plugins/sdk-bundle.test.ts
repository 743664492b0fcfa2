import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}/packages/plugin-sdk/package.json`, "utf8")) as {
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
};

/** Subpaths that a plugin imports; what serves it is a program. */
const subpaths = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === "object" && "hodu-process" in target && path !== "./process/main" ? [path] : [],
);

/** The names of what each subpath exports, as Node finds it under a condition. */
async function exported(...flags: readonly string[]): Promise<unknown> {
  const names = subpaths.map((path) => `hodu-plugin-sdk${path.slice(1)}`);
  const script = `
    const names = ${JSON.stringify(names)};
    const found = await Promise.all(names.map(async (name) => [name, Object.keys(await import(name)).sort()]));
    console.log(JSON.stringify(found));`;
  const args = [...flags, "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return JSON.parse(stdout);
}

it("gives a plugin's process the same SDK in few files", { timeout: 60_000 }, async () => {
  expect(subpaths).toContain(".");
  expect(await exported("--conditions=hodu-process")).toEqual(await exported());
});
