import { spawn } from "node:child_process";
import { abortError, HoduError, onAbort } from "hodu-plugin-sdk";
import { MAX_COMPILER_OUTPUT } from "../limits.ts";

/** How a compiler ended. */
export interface CompilerEnd {
  /** Its exit status, or the signal that ended it. */
  readonly status: number | string;
  /** What it printed, at most MAX_COMPILER_OUTPUT of it. */
  readonly output: string;
}

/**
 * Runs a compiler in a folder, where its own temporary files go, too. When the signal is aborted, it and all that it started are ended
 * at once, then it throws. Throws BUILD_FAILED where it cannot be started.
 */
export async function runCompiler(
  path: string,
  flags: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<CompilerEnd> {
  if (signal.aborted) throw abortError(signal, "compile the model");
  // a group of its own: the compiler is a driver that starts others
  const child = spawn(path, flags, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C", TMPDIR: folder },
  });
  let output = "";
  const keep = (text: string): void => {
    output += text.slice(0, MAX_COMPILER_OUTPUT - output.length);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const stop = onAbort(signal, () => endGroup(child.pid));
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      child.on("error", (cause) => reject(cannotStart(path, cause)));
      child.on("close", (code, by) => resolve(code ?? by ?? "unknown"));
    });
    if (signal.aborted) throw abortError(signal, "compile the model");
    return { status, output };
  } finally {
    stop();
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended already
  }
}

function cannotStart(path: string, cause: Error): HoduError {
  return new HoduError("BUILD_FAILED", `Cannot start the compiler ${path}: ${cause.message}`, {
    hint: "run it on another backend: --backend wasm",
    cause,
  });
}
