import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A C compiler of this machine. */
export interface Compiler {
  readonly name: "clang" | "gcc";
  /** Where PATH has it. */
  readonly path: string;
  /** The same text as long as it is the same compiler: its file with size and time. Part of the key of a cached library. */
  readonly identity: string;
}

/** In the order of preference. */
const NAMES = ["clang", "gcc"] as const;

/**
 * The first C compiler of the absolute folders in `path` (it runs in another folder), clang before gcc; undefined when there is none. It is
 * not started.
 */
export function findCompiler(path = process.env.PATH ?? ""): Compiler | undefined {
  for (const name of NAMES)
    for (const folder of path.split(delimiter)) {
      const file = join(folder, name);
      const identity = isAbsolute(folder) ? identityOf(file) : undefined;
      if (identity !== undefined) return { name, path: file, identity };
    }
  return undefined;
}

/** What tells an executable file from another; undefined where there is none. */
function identityOf(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    const status = statSync(file);
    return status.isFile() ? `${realpathSync(file)} ${status.size} ${status.mtimeMs}` : undefined;
  } catch {
    return undefined;
  }
}
