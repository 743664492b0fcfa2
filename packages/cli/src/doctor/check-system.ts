import { execFile } from "node:child_process";
import { totalmem } from "node:os";
import { promisify } from "node:util";
import { memoryLimit } from "@hodu/engine/node";
import { type Guards, guardsHere } from "@hodu/plugin-host/install";
import { thisMachine } from "@hodu/plugin-host/resolve";
import { availableThreads } from "hodu-plugin-sdk/node";
import { platformTriple } from "../commands/version.ts";
import { formatSize } from "../values/format-size.ts";
import type { Finding } from "./finding.ts";
import { MAX_PROGRAM_OUTPUT, PROGRAM_TIMEOUT_MS } from "./limits.ts";

const run = promisify(execFile);

/** Compilers that the cpu backend takes, in its order. */
const COMPILERS = ["clang", "gcc"] as const;

/** The machine, as far as Hodu's work depends on it. */
export async function checkSystem(environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const compilers = await checkCompilers(environment);
  return [
    ok("Platform", platformTriple()),
    ok("Node", process.versions.node),
    ok("Cores", `${availableThreads()}`),
    ok("Memory", `${formatSize(totalmem())}, ${formatSize(memoryLimit(undefined))} for a run`),
    ...compilers,
    ...checkGuards(guardsHere()),
    absent("GPU", "none that an installed backend uses"),
  ];
}

/** What a plugin's process can be held to here. */
export function checkGuards({ namespaces, node }: Guards): readonly Finding[] {
  const flags = node && `${node.flag}, ${node.network ? "files and network" : "files, not the network"}`;
  return [
    flags === undefined ? absent("Permission model", "none in this Node") : ok("Permission model", flags),
    namespaces
      ? ok("Namespaces", "plugins run in a sandbox")
      : absent("Namespaces", "none that a sandbox can be made of"),
  ];
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

/** The version in the first line, what stands in parentheses left aside: of `gcc (Debian 12.2.0-14) 12.2.0` the latter. */
export function versionIn(output: string): string | undefined {
  return /\b\d+(?:\.\d+)+\b/.exec(output.split("\n")[0].replaceAll(/\([^()]*\)/g, ""))?.[0];
}

const ok = (name: string, what: string): Finding => ({ mark: "ok", name, text: `${name}: ${what}` });
const absent = (name: string, what: string): Finding => ({ mark: "absent", name, text: `${name}: ${what}` });
