import type { SingleBar } from "cli-progress";
import type { Loudness } from "./status.ts";
import { isLive, painter } from "./style.ts";

/** A bar on standard error for work that lasts: on a terminal, outside of CI, and not when the command is quiet. */
export interface Progress {
  /** Work done so far of `total`; without a total there is nothing to show. */
  update(done: number, total: number | undefined): void;
  /** Takes the bar away. */
  stop(): void;
}

const SILENT: Progress = { update() {}, stop() {} };

/** Time after which work is shown that is not over yet. */
const PATIENCE_MS = 500;

/** The progress of what `verb` says, such as `Converting`. */
export function newProgress(verb: string, loudness: Loudness): Progress {
  return loudness === "normal" && isLive(process.stderr) ? new LiveProgress(verb) : SILENT;
}

class LiveProgress implements Progress {
  readonly #verb: string;
  readonly #start = performance.now();
  #asked = false;
  #stopped = false;
  #bar: SingleBar | undefined;

  constructor(verb: string) {
    this.#verb = verb;
  }

  update(done: number, total: number | undefined): void {
    if (total === undefined || total === 0) return;
    this.#bar?.setTotal(Math.max(done, total));
    this.#bar?.update(done);
    if (this.#asked || performance.now() - this.#start < PATIENCE_MS) return;
    this.#asked = true;
    void this.#open(done, total);
  }

  stop(): void {
    this.#stopped = true;
    this.#bar?.stop();
    this.#bar = undefined;
  }

  async #open(done: number, total: number): Promise<void> {
    const { SingleBar } = (await import("cli-progress")).default;
    if (this.#stopped) return;
    const verb = painter(process.stderr)(this.#verb.padStart(12), "green", "bold");
    this.#bar = new SingleBar({
      format: `${verb} [{bar}] {percentage} %, {eta_formatted} left`,
      barCompleteChar: "=",
      barIncompleteChar: " ",
      barsize: 30,
      stream: process.stderr,
      clearOnComplete: true,
      gracefulExit: false,
      hideCursor: null,
    });
    this.#bar.start(Math.max(done, total), done);
  }
}
