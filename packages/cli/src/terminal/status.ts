import { escapeText } from "./escape.ts";
import { isLive, type Output, painter } from "./style.ts";
import { writeMessage } from "./write.ts";

/** How much a command says beside its result. */
export type Loudness = "quiet" | "normal" | "verbose";

/** Progress on standard error: a right-aligned verb and what it is done to. */
export interface Status {
  readonly loudness: Loudness;
  /** A line that stays, unless the command is quiet. */
  line(verb: string, text: string): void;
  /** A line that stays when the command is verbose; else one that a terminal shows while it lasts, if it lasts. */
  step(verb: string, text: string): void;
  warn(text: string): void;
  /** Takes away what does not stay. */
  clear(): void;
}

const VERB_COLUMNS = 12;

/** Time after which a step is shown that is not over yet. */
const PATIENCE_MS = 500;

export function newStatus(loudness: Loudness, output: Output = process.stderr): Status {
  const paint = painter(output);
  const format = (verb: string, text: string): string =>
    `${paint(verb.padStart(VERB_COLUMNS), "green", "bold")} ${escapeText(text)}`;
  let timer: NodeJS.Timeout | undefined;
  let shown = false;
  const clear = (): void => {
    clearTimeout(timer);
    if (shown) writeMessage("\r\u001b[K");
    shown = false;
  };
  return {
    loudness,
    clear,
    line(verb, text) {
      clear();
      if (loudness !== "quiet") writeMessage(`${format(verb, text)}\n`);
    },
    step(verb, text) {
      clear();
      if (loudness === "verbose") writeMessage(`${format(verb, text)}\n`);
      if (loudness !== "normal" || !isLive(output)) return;
      timer = setTimeout(() => {
        shown = true;
        writeMessage(`\r\u001b[K${format(verb, text).slice(0, (output.columns ?? 80) + 30)}`);
      }, PATIENCE_MS);
      timer.unref();
    },
    warn(text) {
      clear();
      if (loudness !== "quiet") writeMessage(`${paint("warning:", "yellow", "bold")} ${escapeText(text)}\n`);
    },
  };
}
