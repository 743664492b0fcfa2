import type { LogLevel } from "hodu-plugin-sdk";
import { type Logger, pino, stdTimeFunctions } from "pino";
import { prettyFactory } from "pino-pretty";
import { escapeJson, escapeLine } from "../terminal/escape.ts";
import { isKept } from "./levels.ts";
import type { Log } from "./log.ts";
import { levelOf, type LogRules } from "./log-rules.ts";

export interface PinoLogOptions {
  readonly rules: LogRules;
  readonly format: "pretty" | "json" | "compact";
  readonly colors: boolean;
  readonly isOnTerminal: boolean;
  /** Takes a line at once. */
  readonly output: (line: string) => void;
}

/** A log whose every line is out before the call returns: nothing is lost in a crash, and no thread is started. */
export function makePinoLog({ rules, format, colors, isOnTerminal, output }: PinoLogOptions): Log {
  const show = format === "json" ? escapeJson : formatter(format, colors);
  const root = pino(
    {
      level: "trace",
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => output(show(line)) },
  );
  const modules = new Map<string, Logger>();
  const keeps = (module: string, level: LogLevel): boolean => isKept(level, levelOf(rules, module));
  return {
    isOnTerminal,
    keeps,
    write(module, level, message, fields = {}) {
      if (!keeps(module, level)) return;
      let logger = modules.get(module);
      if (logger === undefined)
        modules.set(module, (logger = root.child({ module }, { level: levelOf(rules, module) })));
      // In JSON all is escaped already; for people, no name may pass for a line of its own.
      logger[level](fields, "%s", format === "json" ? message : escapeLine(message));
    },
  };
}

/** `[12:00:01.123] DEBUG: engine: compiled in 3 ms`; compact: without time and colours. */
function formatter(format: "pretty" | "compact", colors: boolean): (line: string) => string {
  const show = prettyFactory({
    colorize: colors && format === "pretty",
    translateTime: "SYS:HH:MM:ss.l",
    ignore: format === "compact" ? "time,module" : "module",
    hideObject: true,
    messageFormat: "{module}: {msg}",
  });
  // Without the fields it leaves out the end of the line, too.
  return (line) => `${show(line).trimEnd()}\n`;
}
