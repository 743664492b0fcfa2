import { realpathSync, statSync } from "node:fs";
import type { Manifest } from "hodu-plugin-sdk";
import type { Guards } from "./guards.ts";

export interface NodeFlagsOptions {
  readonly permissions: NonNullable<Manifest["permissions"]>;
  readonly guards: Guards;
  /** What may be read, and read and written, where no namespace sees to that. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Bytes of its heap. */
  readonly maxMemory: number | undefined;
}

/** The flags of Node that hold a module to what it was granted. A thread can be started without them, so only native code, which they do not hold either, may have threads. */
export function nodeFlags({ permissions, guards, read, write, maxMemory }: NodeFlagsOptions): readonly string[] {
  const { network = false, childProcesses = false, native = false } = permissions;
  const heap = maxMemory === undefined ? [] : [`--max-old-space-size=${Math.floor(maxMemory / 2 ** 20)}`];
  const { node, namespaces } = guards;
  if (node === undefined) return heap;
  const [readable, writable] = namespaces ? [["*"], ["*"]] : [outermost([...read, ...write]), outermost(write)];
  return [
    node.flag,
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
    ...(childProcesses ? ["--allow-child-process"] : []),
    ...(native ? ["--allow-addons", "--allow-worker"] : []),
    ...(network && node.network ? ["--allow-net"] : []),
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    ...heap,
  ];
}

/** The paths as Node compares them, without those that are in others: Node 20 ends by an assertion where one begins with another. */
function outermost(paths: readonly string[]): readonly string[] {
  const all = [...new Set(paths.flatMap(compared))].toSorted();
  return all.filter((path) => !all.some((other) => other !== path && path.startsWith(other)));
}

/** A folder ends in a slash, so that none begins with the name of another. */
function compared(path: string): readonly string[] {
  try {
    const real = realpathSync(path);
    const end = statSync(real).isDirectory() ? "/" : "";
    return [`${path}${end}`, `${real}${end}`];
  } catch {
    return [];
  }
}
