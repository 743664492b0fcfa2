import { endCommand } from "./at-end.ts";
import { logFailure } from "./logging/failures.ts";
import { advised } from "./terminal/advice.ts";
import { errorAsJson, printError } from "./terminal/print-error.ts";
import { hasResult, writeMessage, writeResult } from "./terminal/write.ts";

/**
 * Does the work of a command and what is to be done at its end, reports what fails, and sets the exit status. `meaning` says what an error
 * stands for, where it is not one to report as it is: undefined for none.
 */
export async function runCommand(
  args: readonly string[],
  work: () => Promise<void>,
  meaning: (error: unknown) => unknown = (error) => error,
): Promise<void> {
  // A reader that went away (`hodu ... | head`) is no error; other failures of the streams reject what was being written.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  process.on("uncaughtException", (error) => process.exit(report(error, args)));
  try {
    await work();
  } catch (error) {
    const meant = meaning(error);
    const status = meant === undefined ? 0 : report(await advised(meant), args);
    // A signal has set its own.
    process.exitCode ??= status;
  } finally {
    await endCommand((error) => (process.exitCode ??= report(error, args)));
  }
}

function report(error: unknown, args: readonly string[]): number {
  const code = codeOf(error);
  if (code === "EPIPE" || (error instanceof Error && codeOf(error.cause) === "EPIPE")) return 0;
  if (code === "ENOSPC" || code === "EIO" || code === "EBADF") {
    writeMessage(
      `Error: Cannot write to standard output: ${error instanceof Error ? error.message : String(error)}\nhint: df -h\n`,
    );
    return 74;
  }
  logFailure(error);
  return tell(error, args);
}

/** A program that asked for JSON gets the error as well, where it has got nothing yet. */
function tell(error: unknown, args: readonly string[]): number {
  if (args.includes("--json") && !hasResult()) void writeResult(errorAsJson(error)).catch(() => {});
  return printError(error, wantsDetails(args));
}

/** A stack is for who looks for a fault: with --verbose, or HODU_LOG=debug. */
function wantsDetails(args: readonly string[]): boolean {
  return args.includes("--verbose") || args.includes("-v") || /\b(?:debug|trace)\b/.test(process.env.HODU_LOG ?? "");
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
