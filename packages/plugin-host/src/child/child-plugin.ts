import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorCode, HoduError, quote } from "@hodu/core";
import { abortError, type CallContext, type LogLevel, onAbort } from "hodu-plugin-sdk";
import {
  Connection,
  type DataOf,
  HOST_METHODS,
  HOST_NOTICES,
  MAX_LOG_CHARACTERS,
  PLUGIN_METHODS,
  type PartMemory,
  type PluginNotifications,
} from "hodu-plugin-sdk/protocol";
import { callLimit } from "./call-limit.ts";
import { GRACE_MS, LAST_WORDS_MS, MAX_LOGS_PER_CALL, SILENCE_MS } from "./limits.ts";
import { crashError, type CrashedPlugin } from "./crash-error.ts";
import { PluginProcess } from "./plugin-process.ts";
import type { PluginProgram } from "./program.ts";
import { ChildLife } from "./child-life.ts";
import { FileTable } from "./file-table.ts";
import { KeepTable } from "./keep-table.ts";

type Methods = typeof PLUGIN_METHODS;

export interface StartOptions {
  readonly plugin: CrashedPlugin;
  readonly program: PluginProgram;
  /** What the process prints is appended to it. */
  readonly logFile?: string | undefined;
  /** Milliseconds that a plugin has to end a cancelled call, to shut down, or to follow SIGTERM. */
  readonly grace?: number | undefined;
}

export interface CallOptions {
  /** Completes "Cannot ...". */
  readonly what: string;
  readonly context?: CallContext | undefined;
  /** Milliseconds; undefined: as long as the context's signal allows. */
  readonly timeout: number | undefined;
}

interface Listener {
  readonly context: CallContext;
  /** Goes off when nothing was heard of the call for a while. */
  readonly silence: NodeJS.Timeout;
  logs: number;
}

/** A plugin's process and the line to it. One that has ended stays so: every later call is PLUGIN_CRASH. */
export class ChildPlugin {
  readonly files = new FileTable();
  readonly keeps = new KeepTable(this);
  readonly life = new ChildLife(this);
  /** Resolves when the process ends though nobody ended it; with ABORTED where it did not end a call that was given up. */
  readonly crashed: Promise<HoduError>;
  #crash: (error: HoduError) => void = () => {};
  readonly #plugin: CrashedPlugin;
  readonly #id: string;
  readonly #grace: number;
  readonly #process: PluginProcess;
  readonly #connection: Connection<typeof HOST_METHODS, typeof HOST_NOTICES, Methods, PluginNotifications>;
  readonly #listeners = new Map<number, Listener>();
  #lineEnded: () => void = () => {};
  /** Why no call gets an answer any more. */
  #end: ((what: string) => HoduError) | undefined;
  #disposal: Promise<void> | undefined;

  static async start(options: StartOptions): Promise<ChildPlugin> {
    return new ChildPlugin(options, await PluginProcess.start(options.program, options.logFile));
  }

  private constructor({ plugin, grace = GRACE_MS }: StartOptions, started: PluginProcess) {
    this.#plugin = plugin;
    this.#id = plugin.id;
    this.#grace = grace;
    this.#process = started;
    const lineEnded = new Promise<void>((resolve) => {
      this.#lineEnded = resolve;
    });
    this.crashed = new Promise((resolve) => {
      this.#crash = resolve;
    });
    this.#connection = new Connection(started.line, {
      handshake: "receive",
      ours: HOST_METHODS,
      ourNotices: HOST_NOTICES,
      theirs: PLUGIN_METHODS,
      answers: { ...this.files.answers, ...this.life.answers, "keep.get": this.keeps.get },
      notices: {
        "source.close": ({ source }) => this.files.closeSource(source),
        log: ({ call, level, message }) => this.#log(call, level, message),
        progress: ({ call, done, total, label }) => {
          const listener = this.#listeners.get(call);
          listener?.silence.refresh();
          listener?.context.progress(done, total, label.slice(0, MAX_LOG_CHARACTERS));
        },
      },
      onEnd: (breach) => this.#endLine(breach),
    });
    void this.#awaitExit(lineEnded);
  }

  /** True when no call can succeed any more. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** Makes memory for a part of that size, which an answer will probably bring. */
  expect(size: number): void {
    this.#connection.expect(size);
  }

  /** Memory of an answer that nobody needs any more. */
  giveBack(memory: ArrayBufferLike): void {
    this.#connection.giveBack(memory);
  }

  /** Calls the plugin. Rejects with its HoduError, PLUGIN_CRASH, PLUGIN_PROTOCOL or UnknownMethod, or with a plain Error for a defect of the plugin. */
  async call<M extends keyof Methods>(
    method: M,
    params: DataOf<Methods[M]["params"]>,
    { what, context, timeout }: CallOptions,
  ): Promise<DataOf<Methods[M]["result"]>> {
    if (context?.signal.aborted === true) throw abortError(context.signal, what);
    if (this.isOver) throw this.#endError(what);
    const { id, result } = this.#connection.request(method, params);
    const limit = callLimit(context?.signal, timeout);
    if (context !== undefined)
      this.#listeners.set(id, { context, silence: this.#watchSilence(context, what), logs: 0 });
    try {
      return await this.#untilAbort(result, id, limit.signal, what);
    } catch (error) {
      throw error === ENDED ? this.#endError(what) : error;
    } finally {
      limit.end();
      clearTimeout(this.#listeners.get(id)?.silence);
      this.#listeners.delete(id);
    }
  }

  /** Large parts travel through memory from now on; it is closed with the line. */
  useMemory(memory: PartMemory): void {
    this.#connection.useMemory(memory);
  }

  /** Shuts the plugin down and ends its process, by signals if it has to be. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#shutDown();
    return this.#disposal;
  }

  async #shutDown(): Promise<void> {
    if (!this.isOver) {
      const options = { what: "shut down the plugin", timeout: this.#grace };
      await this.call("shutdown", {}, options).catch(() => {});
      this.#fail((what) => this.#error("ABORTED", `Cannot ${what}: the plugin was disposed of`));
    }
    const isOver = await Promise.race([
      this.#process.ended.then(() => true),
      sleep(this.#grace, false, { ref: false }),
    ]);
    if (!isOver) await this.#process.terminate(this.#grace);
  }

  /** Passes an abort on; a plugin that then does not end the call within the grace loses its process. */
  async #untilAbort<T>(result: Promise<T>, id: number, signal: AbortSignal, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let stop = (): void => {};
    const late = new Promise<never>((_, reject) => {
      stop = onAbort(signal, () => {
        const error = abortError(signal, what);
        this.#connection.cancel(id, error);
        timer = setTimeout(() => {
          const rule = `the plugin did not end the call within ${this.#grace} ms, so its process was ended`;
          const ended = this.#error(error.code, `${error.message}; ${rule}`);
          reject(ended);
          // Of what its user has ended at once it is not said that the plugin crashed.
          if (error.code === "ABORTED") this.#crash(ended);
          this.#fail((other) => {
            const found = `the process of plugin ${quote(this.#id)} was ended, since it did not end a call`;
            return this.#error("PLUGIN_CRASH", `Cannot ${other}: ${found}, expected an answer`);
          });
          void this.#process.terminate(this.#grace);
        }, this.#grace);
      });
    });
    try {
      return await Promise.race([result, late]);
    } finally {
      clearTimeout(timer);
      stop();
    }
  }

  /** Tells of a call of which nothing is heard: it may hang, or it works and does not say so. */
  #watchSilence(context: CallContext, what: string): NodeJS.Timeout {
    const message = `plugin ${quote(this.#id)} was asked to ${what} and has said nothing for ${SILENCE_MS / 1000} s`;
    return setTimeout(() => context.log("info", message), SILENCE_MS).unref();
  }

  #log(call: number | undefined, level: LogLevel, message: string): void {
    if (call === undefined) {
      this.life.log(level, message.slice(0, MAX_LOG_CHARACTERS));
      return;
    }
    const listener = this.#listeners.get(call);
    if (listener === undefined || listener.logs >= MAX_LOGS_PER_CALL) return;
    listener.logs += 1;
    listener.silence.refresh();
    listener.context.log(level, message.slice(0, MAX_LOG_CHARACTERS));
    if (listener.logs === MAX_LOGS_PER_CALL) listener.context.log("warn", "further messages of this call are dropped");
  }

  #endLine(breach: HoduError | undefined): void {
    this.#lineEnded();
    if (breach === undefined) {
      // The process should be about to end; `#awaitExit` finds out how.
      setTimeout(() => void this.#process.terminate(this.#grace), this.#grace).unref();
      return;
    }
    this.#fail((what) => this.#error("PLUGIN_PROTOCOL", `Cannot ${what}: ${lowerFirst(breach.message)}`, breach));
    this.#process.kill();
  }

  /** Once the process has ended and its last answers were read, calls that are still open have no hope. */
  async #awaitExit(lineEnded: Promise<void>): Promise<void> {
    const exit = await this.#process.ended;
    await Promise.race([lineEnded, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    if (this.#disposal === undefined) this.#crash(crashError(this.#plugin, "use the plugin", exit, this.#process.log));
    this.#fail((what) => crashError(this.#plugin, what, exit, this.#process.log));
  }

  #endError(what: string): HoduError {
    return this.#end?.(what) ?? ENDED;
  }

  #fail(end: (what: string) => HoduError): void {
    this.#end ??= end;
    this.#connection.fail(ENDED);
  }

  #error(code: ErrorCode, message: string, cause?: unknown): HoduError {
    return new HoduError(code, message, { where: { plugin: this.#id }, cause });
  }
}

/** Stands for the end of the line until a call's own error is made. */
const ENDED = new HoduError("PLUGIN_CRASH", "The line to the plugin has ended");

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
