import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";

/** As much of a file as tells what it is: the fixed part of an ELF header up to its machine. */
const HEAD_BYTES = 20;

/** How programs begin: ELF, Mach-O for one machine or several, and what names its interpreter. */
const BEGINNINGS = ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "2321"];

/** e_machine of ELF, by the name that Node has for it. */
const MACHINES: ReadonlyMap<string, number> = new Map([
  ["ia32", 3],
  ["arm", 40],
  ["x64", 62],
  ["arm64", 183],
  ["riscv64", 243],
  ["loong64", 258],
]);

/**
 * Refuses a plugin's own program that cannot be run here, which a shell would take for a script: BAD_PLUGIN. Windows goes by the ends of
 * names, and says so itself.
 */
export function checkProgram(path: string, plugin: string): void {
  if (process.platform === "win32") return;
  const found = faultOf(path);
  if (found === undefined) return;
  throw new HoduError("BAD_PLUGIN", `Cannot start plugin ${quote(plugin)}: its program ${quote(path)} ${found}`, {
    hint: `hodu plugin rebuild ${plugin}`,
    where: { plugin, file: path },
  });
}

function faultOf(path: string): string | undefined {
  let head: Buffer;
  try {
    accessSync(path, constants.X_OK);
    head = readHead(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return code === "ENOENT" ? "is not there, expected what its build makes" : `cannot be run (${code})`;
  }
  if (head.length === 0) return "is empty, expected an executable";
  if (!BEGINNINGS.some((beginning) => head.toString("hex").startsWith(beginning)))
    return "is no program, expected an executable, or a script whose first line begins with #!";
  return machineFault(head);
}

function readHead(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function machineFault(head: Buffer): string | undefined {
  const own = MACHINES.get(process.arch);
  if (!head.toString("hex").startsWith("7f454c46") || own === undefined) return undefined;
  if (head.length < HEAD_BYTES) return "is cut off, expected an executable";
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
  if (machine === own) return undefined;
  const [name] = [...MACHINES].find(([, number]) => number === machine) ?? [`machine ${machine}`];
  return `is for ${name}, expected one for ${process.arch}`;
}
