import { HoduError } from "hodu-plugin-sdk";
import type { NativeProgram } from "./native-program.ts";

/** Threads that the programs of this process share, by their number: the address of a hodu_host. They live as long as the process. */
const hosts = new Map<number, bigint>();

/** Programs whose code these threads run: they stay loaded. */
const owners = new Set<NativeProgram>();

/** The host of that many threads; 0n for one, which needs none. Several runs may use one at a time. Throws MEMORY_LIMIT. */
export function hostOf(threads: number, program: NativeProgram): bigint {
  if (threads <= 1) return 0n;
  const found = hosts.get(threads);
  if (found !== undefined) return found;
  const host = program.createHost(threads);
  if (host === null)
    throw new HoduError("MEMORY_LIMIT", `Cannot start ${threads} threads: there is no memory for them`);
  owners.add(program);
  hosts.set(threads, host);
  return host;
}

/** Whether a program must stay loaded. */
export const ownsThreads = (program: NativeProgram): boolean => owners.has(program);
