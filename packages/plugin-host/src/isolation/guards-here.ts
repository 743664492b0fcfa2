import { spawnSync } from "node:child_process";
import type { Guards, NodeGuards } from "./guards.ts";
import { PROBE_TIMEOUT_MS } from "./limits.ts";
import { visiblePaths } from "./visible-paths.ts";
import { sandboxed } from "./sandboxed.ts";
import { systemProgram } from "./system-program.ts";

let found: Guards | undefined;

/** The guards of this machine. They are tried out once for each process: a sandbox is made and left again. */
export function guardsHere(): Guards {
  found ??= {
    namespaces: canSandbox(),
    node: nodeGuards(),
    endsWithParent: systemProgram("setpriv") !== undefined,
  };
  return found;
}

function nodeGuards(): NodeGuards | undefined {
  const has = (flag: string): boolean => process.allowedNodeEnvironmentFlags.has(flag);
  const flag = (["--permission", "--experimental-permission"] as const).find(has);
  return flag && { flag, network: has("--allow-net") };
}

function canSandbox(): boolean {
  if (TOOLS.some((name) => systemProgram(name) === undefined)) return false;
  const paths = visiblePaths({ code: [], read: [], write: [], isNative: false });
  const sandbox = { paths, network: false, maxMemory: undefined };
  const { command, arguments: given } = sandboxed({ command: "true", arguments: [] }, sandbox);
  return spawnSync(command, given, { stdio: "ignore", timeout: PROBE_TIMEOUT_MS }).status === 0;
}

/** What makes a sandbox: util-linux, and a shell. */
const TOOLS = ["unshare", "setpriv", "mount", "umount", "pivot_root", "sh", "mkdir", "ln"];
