import { execFile } from "node:child_process";
import { totalmem } from "node:os";
import { promisify } from "node:util";
import { memoryLimit } from "@hodu/engine/node";
import { thisMachine } from "@hodu/plugin-host/resolve";
import { availableThreads } from "hodu-plugin-sdk/node";
import { platformTriple } from "../commands/version.ts";
import { formatSize } from "../values/format-size.ts";
import type { Finding } from "./finding.ts";
import { MAX_PROGRAM_OUTPUT, PROGRAM_TIMEOUT_MS } from "./limits.ts";

const run = promisify(execFile);

/** Compilers that the cpu backend takes, in its order. */
const COMPILERS = ["clang", "gcc"] as const;

/** Releases of Node whose permission flags can be relied on: the first of each line that has them, major and minor. */
const PERMISSION_RELEASES: ReadonlyMap<number, number> = new Map([
  [22, 13],
  [23, 5],
]);

/** The machine, as far as Hodu's work depends on it. */
export async function checkSystem(environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const [compilers, namespaces] = await Promise.all([checkCompilers(environment), checkNamespaces()]);
  return [
    ok("Platform", platformTriple()),
    ok("Node", process.versions.node),
    ok("Cores", `${availableThreads()}`),
    ok("Memory", `${formatSize(totalmem())}, ${formatSize(memoryLimit(undefined))} for a run`),
    ...compilers,
    permissionModel(process.versions.node),
    namespaces,
    absent("GPU", "none that an installed backend uses"),
  ];
}

/** Whether a Node of that version can hold its own code to files that it was given. */
export function permissionModel(version: string): Finding {
  const [major, minor] = version.split(".").map(Number);
  const from = PERMISSION_RELEASES.get(major);
  if (major > 23 || (from !== undefined && minor >= from)) return ok("Permission model", "that of Node");
  return absent("Permission model", `none in Node ${version}, expected Node 22.13 or newer`);
}

async function checkCompilers(environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const machine = thisMachine(environment);
  const there = COMPILERS.filter((name) => machine.has(name));
  if (there.length === 0) return [absent("C compiler", "none of clang and gcc; models run as WebAssembly")];
  return Promise.all(there.map((name) => checkCompiler(name, environment)));
}

async function checkCompiler(name: string, env: NodeJS.ProcessEnv): Promise<Finding> {
  try {
    const { stdout } = await run(name, ["--version"], {
      env,
      timeout: PROGRAM_TIMEOUT_MS,
      killSignal: "SIGKILL",
      maxBuffer: MAX_PROGRAM_OUTPUT,
    });
    return ok(name, versionIn(stdout) ?? "version unknown");
  } catch {
    return { mark: "wrong", name, text: `${name}: it does not start`, fix: `${name} --version` };
  }
}

/** The last version in the first line: of `gcc (Debian 12.2.0-14) 12.2.0` the latter. */
export function versionIn(output: string): string | undefined {
  return [...output.split("\n")[0].matchAll(/\b\d+(?:\.\d+)+\b/g)].at(-1)?.[0];
}

/** Namespaces let a user's process do without network and files of others. A process is started in them: systems refuse in several ways. */
async function checkNamespaces(): Promise<Finding> {
  if (process.platform !== "linux") return absent("Namespaces", `none on ${process.platform}`);
  try {
    await run("unshare", ["--user", "--map-root-user", "--net", "true"], {
      timeout: PROGRAM_TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    return ok("Namespaces", "user and network");
  } catch {
    return absent("Namespaces", "none that a user may make");
  }
}

const ok = (name: string, what: string): Finding => ({ mark: "ok", name, text: `${name}: ${what}` });
const absent = (name: string, what: string): Finding => ({ mark: "absent", name, text: `${name}: ${what}` });
