import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { abortError } from "hodu-plugin-sdk";
import { writeError } from "hodu-plugin-sdk/node";
import { callLimit } from "../child/call-limit.ts";
import type { PluginProgram } from "../child/program.ts";
import { shellSignal } from "../child/shell-signal.ts";
import { guardsHere } from "../isolation/guards-here.ts";
import { programPath } from "../isolation/program-path.ts";
import { type BuildSandbox, sandboxedBuild } from "../isolation/sandboxed-build.ts";
import { BUILD_GRACE_MS, BUILD_TIMEOUT_MS, MAX_BUILD_LOG_BYTES, MAX_SHOWN_BYTES } from "./limits.ts";

/** A program that builds, in a folder. */
export interface BuildCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What it prints is put at the end of this file. */
  readonly logFile: string;
  readonly signal: AbortSignal;
  /** A descriptor that it, or its sandbox, holds as long as it lives. */
  readonly held: number | undefined;
  /** Where it is held to what it needs, on machines that can. */
  readonly sandbox: BuildSandbox | undefined;
  /** Called with the last line that it printed. */
  readonly onLine: (line: string) => void;
}

/** How a build ended. */
export interface BuildEnd {
  /** `exit code 2`, `signal SIGKILL`, or why it could not be started; undefined: it was a success. */
  readonly failure: string | undefined;
  /** What it printed first. */
  readonly output: string;
}

/** Runs a program without a shell, in a process group of its own that ends with this process or by the signal. Throws ABORTED, IO, CANNOT_CREATE. */
export async function runBuild(build: BuildCommand): Promise<BuildEnd> {
  const program = programOf(build);
  const log = new BuildLog(build.logFile, build.onLine);
  const child = spawn(program.command, program.arguments, {
    cwd: build.folder,
    env: program.environment,
    stdio: ["ignore", "pipe", "pipe", ...(build.held === undefined ? [] : [build.held])],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => log.take(chunk));
  const kill = (): void => endGroup(child, "SIGKILL");
  const limit = callLimit(build.signal, BUILD_TIMEOUT_MS);
  const stop = limit.signal;
  const end = (): void => {
    endGroup(child, "SIGTERM");
    void sleep(BUILD_GRACE_MS, undefined, { ref: false }).then(kill);
  };
  process.on("exit", kill);
  stop.addEventListener("abort", end);
  try {
    if (stop.aborted) end();
    const failure = await ended(child, program.hasShellCodes === true);
    if (build.signal.aborted) throw abortError(build.signal, "build the plugin");
    return {
      failure: stop.aborted ? `no end after ${BUILD_TIMEOUT_MS / 60_000} minutes` : failure,
      output: log.shown(),
    };
  } finally {
    process.off("exit", kill);
    stop.removeEventListener("abort", end);
    limit.end();
    log.close();
  }
}

/** The program in its sandbox; as it is where there is none, or where there is no such program: then it says that it cannot be started. */
function programOf({ sandbox, ...build }: BuildCommand): PluginProgram {
  const isThere = programPath(build.command, build.environment.PATH) !== undefined;
  return sandbox !== undefined && isThere && guardsHere().namespaces ? sandboxedBuild(build, sandbox) : build;
}

async function ended(child: ChildProcess, hasShellCodes: boolean): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    // "close" also waits for what the build itself started and left behind.
    child.once("exit", () => endGroup(child, "SIGKILL"));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      const by = signal ?? (hasShellCodes ? shellSignal(code) : undefined);
      resolve(by === undefined ? `exit code ${code}` : `signal ${by}`);
    });
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch {
    // It has ended.
  }
}

/** The log of a build: a file, and the first of it for messages. */
class BuildLog {
  readonly #descriptor: number;
  readonly #onLine: (line: string) => void;
  #room = MAX_BUILD_LOG_BYTES;
  #shown = "";

  constructor(file: string, onLine: (line: string) => void) {
    this.#onLine = onLine;
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      this.#descriptor = openSync(file, "a", 0o600);
    } catch (cause) {
      throw writeError(file, cause);
    }
  }

  take(chunk: Buffer): void {
    const text = chunk.toString("utf8");
    if (this.#shown.length < MAX_SHOWN_BYTES) this.#shown += text.slice(0, MAX_SHOWN_BYTES);
    const line = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
    if (line !== "") this.#onLine(line);
    const kept = chunk.subarray(0, this.#room);
    this.#room -= kept.length;
    try {
      writeSync(this.#descriptor, kept);
    } catch {
      // A log that cannot be kept is no reason to stop the build.
      this.#room = 0;
    }
  }

  shown(): string {
    return this.#shown;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
