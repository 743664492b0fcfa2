import { HoduError } from "@hodu/core";
import type { PluginProgram } from "../child/program.ts";
import { SCRATCH_MEBIBYTES } from "./limits.ts";
import { limitCommands } from "./limit-commands.ts";
import { SYSTEM_FOLDERS, systemProgram } from "./system-program.ts";
import type { VisiblePath } from "./visible-paths.ts";

/** A link in a sandbox, where nothing else is. */
export interface SandboxLink {
  readonly path: string;
  readonly target: string;
}

export interface Sandbox {
  readonly paths: readonly VisiblePath[];
  /** Default: none. */
  readonly links?: readonly SandboxLink[];
  /** Whether it has the network of the machine. */
  readonly network: boolean;
  /** Bytes that each process may fill. */
  readonly maxMemory: number | undefined;
  /** Descriptors that stay outside: by an open folder a process would leave the sandbox. */
  readonly withoutDescriptors?: readonly number[];
}

/** A folder that is on every Linux and holds nothing that a sandbox shows: in it, unseen by others, the new root is made. */
const ROOT = "/sys/kernel";

/** The old root, until it is gone. */
const OLD = ".old";

/** Everything that a process can give up: it can neither undo its mounts nor gain rights by programs of other owners. */
const NO_RIGHTS = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--"];

/**
 * The program in a sandbox of Linux: a root of its own with these paths alone, processes and, unless granted, a network of its own; all
 * its processes end with the host and with the program. Its exit codes are those of a shell. Throws POLICY where a tool for that is missing.
 */
export function sandboxed(program: PluginProgram, sandbox: Sandbox): PluginProgram {
  const [setpriv, unshare, shell] = (["setpriv", "unshare", "sh"] as const).map(tool);
  const ends = ["--pdeathsig", "KILL", "--"];
  const network = sandbox.network ? [] : ["--net"];
  const own = ["--user", "--map-root-user", "--mount", "--pid", "--ipc", ...network, "--fork", "--kill-child"];
  const script = scriptOf(program, sandbox, setpriv);
  return {
    ...program,
    command: setpriv,
    arguments: [...ends, unshare, ...own, shell, "-c", script, "hodu-sandbox", program.command, ...program.arguments],
    environment: { TMPDIR: "/tmp", ...program.environment },
    hasShellCodes: true,
  };
}

function tool(name: string): string {
  const path = systemProgram(name);
  if (path !== undefined) return path;
  const found = `found no ${name} in ${SYSTEM_FOLDERS.join(", ")}`;
  throw new HoduError("POLICY", `Cannot isolate a plugin: ${found}, expected the tools of util-linux`, {
    hint: "hodu doctor",
  });
}

/** The shell's script that makes the root and runs the program: it stays as the first process of the sandbox. */
function scriptOf({ folder = "/" }: PluginProgram, sandbox: Sandbox, setpriv: string): string {
  const { paths, links = [], maxMemory, withoutDescriptors = [] } = sandbox;
  const places = [...paths, ...links].map((place) =>
    "isFile" in place && !place.isFile ? place.path : above(place.path),
  );
  const folders = [...new Set([OLD, "proc", "tmp", ...places.map(within)])].filter((path) => path !== "");
  return [
    "set -e",
    ...withoutDescriptors.map((descriptor) => `exec ${descriptor}<&-`),
    `own=$PATH PATH=${SYSTEM_FOLDERS.join(":")}`,
    `mount -t tmpfs -o mode=755,size=${SCRATCH_MEBIBYTES}m hodu ${ROOT}`,
    `cd ${ROOT}`,
    `mkdir -p -- ${folders.map(quoted).join(" ")}`,
    ...paths.filter(({ isFile }) => isFile).map(({ path }) => `: > ${quoted(within(path))}`),
    ...links.map(({ path, target }) => `ln -s -- ${quoted(target)} ${quoted(within(path))}`),
    `printf '%s\\n' ${quoted(tableOf(paths))} > .mounts`,
    "mount -a -T .mounts",
    `pivot_root . ${OLD}`,
    `umount -l /${OLD}`,
    `cd -- ${quoted(folder)}`,
    ...limitCommands(maxMemory),
    "PATH=$own",
    "set +e",
    `${setpriv} ${NO_RIGHTS.join(" ")} "$@"`,
    "exit $?",
  ].join("\n");
}

/** As mount(8) reads it from a file: what, where, of which kind, how. */
function tableOf(paths: readonly VisiblePath[]): string {
  const binds = paths.map(({ source, path, isWritable, isFile }) => {
    const kind = isFile ? "bind" : "rbind";
    return `${field(source)} ${field(within(path))} none ${kind}${isWritable ? "" : ",ro"} 0 0`;
  });
  return [...binds, "proc proc proc nosuid,nodev,noexec 0 0"].join("\n");
}

const above = (path: string): string => path.slice(0, path.lastIndexOf("/"));

const within = (path: string): string => path.replace(/^\//, "");

/** Other white space, such as that of Japanese, is no end of a field. */
const field = (text: string): string =>
  text.replaceAll(/[ \t\n\v\f\r\\#]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}`);

/** A word of a shell's script, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
