import { type Log, SILENT_LOG } from "./log.ts";

/** The log of this process, once a command has opened it. */
let current = SILENT_LOG;

/** Logs to `log` what ends the command from now on. */
export function keepFailures(log: Log): void {
  current = log;
}

/** Logs what ended the command (cli, error), unless the log stands where it is printed anyway. */
export function logFailure(error: unknown): void {
  if (current.isOnTerminal) return;
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  current.write("cli", "error", message, { code, stack });
}
