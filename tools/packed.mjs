/** The workspaces as a user gets them: packed, and installed without the repository. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The tarballs of the workspaces that `hodu` needs, itself included. The working folder is the repository's. */
export function packWorkspaces(folder) {
  mkdirSync(folder);
  const names = neededWorkspaces("hodu").flatMap((name) => ["--workspace", name]);
  run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder, ...names]);
  return readdirSync(folder).map((name) => join(folder, name));
}

/** The names of a workspace and of all that it depends on, over several steps. */
function neededWorkspaces(root) {
  const manifests = ["packages", "plugins"]
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name, "package.json")))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, "utf8")));
  const needed = new Set([root]);
  for (const name of needed) {
    const { dependencies = {} } = manifests.find((manifest) => manifest.name === name);
    for (const other of Object.keys(dependencies)) {
      if (manifests.some((manifest) => manifest.name === other)) needed.add(other);
    }
  }
  return [...needed];
}

/** Installs packages into a folder that is not there yet; `mode` is `--offline` or `--prefer-offline`. */
export function installPackages(folder, packages, mode) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  run("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", mode, ...packages], folder);
}

/** Runs a program to its end and gives what it prints. Throws when it fails. */
export function run(file, args, cwd = process.cwd()) {
  const env = { ...process.env, npm_config_loglevel: "error" };
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, env, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${file} ${args.slice(0, 3).join(" ")} ended with ${status}: ${error?.message ?? stderr.trim()}`);
}
