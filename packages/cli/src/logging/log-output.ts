import { constants, openSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { configPath } from "../config/config-path.ts";
import { expandHome } from "../config/hodu-home.ts";
import { writeMessage } from "../terminal/write.ts";

/** O_NONBLOCK: opening a pipe that nobody reads fails at once. It is absent on Windows. */
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);

/** What takes whole lines at once: the file, or standard error without one. Throws CONFIG when the file cannot be opened. */
export function openLogOutput(file: string | undefined, environment: NodeJS.ProcessEnv): (lines: string) => void {
  if (file === undefined) return writeMessage;
  const path = resolve(dirname(configPath(environment)), expandHome(file));
  const descriptor = openForAppending(path);
  return (lines) => {
    try {
      writeSync(descriptor, lines);
    } catch {
      // A log that cannot be written, as on a full disk, is no reason to fail.
    }
  };
}

function openForAppending(path: string): number {
  try {
    return openSync(path, APPEND, 0o600);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/, open .*$/s, "") : String(cause);
    throw new HoduError(
      "CONFIG",
      `Cannot write the log to ${quote(path)}: ${reason}, expected a file or no logging.file`,
      {
        hint: "hodu config list",
        where: { file: path },
        cause,
      },
    );
  }
}
