import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Line, LINE_DESCRIPTOR, LINE_VARIABLE } from "hodu-plugin-sdk/protocol";
import { openChannel } from "./channel.ts";
import { LAST_WORDS_MS } from "./limits.ts";
import { OutputLog } from "./output-log.ts";
import type { PluginProgram } from "./program.ts";
import { shellSignal } from "./shell-signal.ts";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly failure?: Error;
}

/** A plugin's process: the leader of a process group of its own, so that what it starts ends with it. */
export class PluginProcess {
  readonly line: Line;
  readonly log: OutputLog;
  /** Resolves when it has ended, its group is gone, and what it printed last was read. */
  readonly ended: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #hasShellCodes: boolean;
  #isRunning = true;

  static async start(program: PluginProgram, logFile: string | undefined): Promise<PluginProcess> {
    const log = new OutputLog(logFile);
    const channel = await openChannel();
    const child = spawn(program.command, program.arguments, {
      stdio: ["ignore", "pipe", "pipe", channel.stdio],
      env: { ...inherited(program), ...program.environment, [LINE_VARIABLE]: String(LINE_DESCRIPTOR) },
      ...(program.folder !== undefined && { cwd: program.folder }),
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    return new PluginProcess(child, channel.attach(child), log, program.hasShellCodes === true);
  }

  private constructor(child: ChildProcess, line: Line, log: OutputLog, hasShellCodes: boolean) {
    this.#child = child;
    this.#hasShellCodes = hasShellCodes;
    this.line = line;
    this.log = log;
    log.drain(child.stdout!);
    log.drain(child.stderr!);
    this.ended = this.#watch();
    endWithThisProcess(this);
  }

  /** Asks the group to end, and kills it when it does not within the grace. */
  async terminate(graceMs: number): Promise<void> {
    this.#signal("SIGTERM");
    const isOver = await Promise.race([this.ended.then(() => true), sleep(graceMs, false, { ref: false })]);
    if (!isOver) this.kill();
    await this.ended;
  }

  /** Ends the group at once. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  async #watch(): Promise<Exit> {
    const closed = once(this.#child, "close").catch(() => {});
    const exit = await new Promise<Exit>((resolve) => {
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
      this.#child.once("error", (failure) => {
        if (this.#child.pid === undefined) resolve({ code: null, signal: null, failure });
      });
    });
    this.kill();
    this.#isRunning = false;
    RUNNING.delete(this);
    if (RUNNING.size === 0) process.off("exit", killAll);
    await Promise.race([closed, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    this.log.close();
    return this.#hasShellCodes ? shellExit(exit) : exit;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (!this.#isRunning || pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      this.#child.kill(signal);
    }
  }
}

/** The variables that a program is given of those of this process. */
function inherited({ inherits }: PluginProgram): NodeJS.ProcessEnv {
  if (inherits === undefined) return process.env;
  return Object.fromEntries(inherits.map((name) => [name, process.env[name]] as const));
}

/** How a program ended that a shell ran, by the shell's own end. */
function shellExit(exit: Exit): Exit {
  const signal = shellSignal(exit.code);
  return signal === undefined ? exit : { code: null, signal };
}

const RUNNING = new Set<PluginProcess>();

function endWithThisProcess(started: PluginProcess): void {
  if (RUNNING.size === 0) process.on("exit", killAll);
  RUNNING.add(started);
}

function killAll(): void {
  for (const running of RUNNING) running.kill();
}
