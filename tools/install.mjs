import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Installs the locked packages when node_modules is absent or is not what package-lock.json says. */
export function installIfStale() {
  if (isInstalled()) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    stdio: ["ignore", 2, "inherit"],
    env: withoutNpmLogLevel(),
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`Cannot install the packages: npm ci ended with ${status}`);
}

/** Compiles every package and bundles the SDK and the command. Throws when there is a type error. */
export function buildAll() {
  runNode("tsc -b", [join("node_modules", "typescript", "bin", "tsc"), "-b"]);
  runNode("the bundle of the SDK", [join("tools", "bundle-sdk.mjs")]);
  runNode("the bundle", [join("tools", "bundle-cli.mjs")]);
}

function runNode(what, args) {
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", 2, "inherit"] });
  if (status !== 0) throw new Error(`Cannot build: ${what} ended with ${status}`);
}

/** The environment for a child; `npm test --silent` silences npm's own header, not the commands below it. */
export function withoutNpmLogLevel() {
  const { npm_config_loglevel: _, ...env } = process.env;
  return env;
}

function isInstalled() {
  const wanted = readPackages("package-lock.json");
  const found = readPackages(join("node_modules", ".package-lock.json"));
  if (wanted === undefined || found === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/")) return true;
    const there = found[path];
    if (there === undefined) return entry.optional === true;
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
