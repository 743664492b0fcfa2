#!/usr/bin/env node
/**
 * Adds to package-lock.json the optional packages that npm left out. npm drops an optional package that the registry
 * at hand cannot deliver, for instance the binary of another platform, and `npm ci` then refuses the lockfile
 * (npm/cli#4828). Their names say for which platform they are. Run it after `npm install`; a second run changes nothing.
 * With --check it writes nothing, and fails when there is something to add.
 */
import { readFileSync, writeFileSync } from "node:fs";

const FILE = "package-lock.json";
const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const LIBRARIES = { gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

const lock = JSON.parse(readFileSync(FILE, "utf8"));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] !== undefined || lock.packages[`${path}/${place}`] !== undefined) continue;
    if (!/^\d+\.\d+\.\d+$/.test(version))
      throw new Error(`Cannot complete ${FILE}: ${name}@${version} of ${path} is a range`);
    const { cpu, os, libc } = platformOf(name);
    lock.packages[place] = { version, cpu, dev: entry.dev, libc, optional: true, os };
    added.push(name);
  }
}
const check = process.argv.includes("--check");
if (added.length > 0 && !check) {
  const { "": root, ...others } = lock.packages;
  const sorted = Object.entries(others).sort(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = { "": root, ...Object.fromEntries(sorted) };
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`${FILE}: ${added.length} optional packages ${check ? "are missing" : "added"}`);
if (check && added.length > 0) process.exitCode = 1;

function platformOf(name) {
  const words = name.split("/").at(-1).split("-");
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  const library = words.map((word) => LIBRARIES[word]).filter((word) => word !== undefined);
  if (os.length !== 1 || cpu.length !== 1)
    throw new Error(`Cannot complete ${FILE}: ${name} does not name one platform`);
  return { cpu, os, libc: library.length > 0 && os[0] === "linux" ? library : undefined };
}
