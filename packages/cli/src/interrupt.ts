import { HoduError } from "@hodu/core";

/** What a command that was interrupted has to come to its end by itself. */
const GRACE_MS = 1500;

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that is aborted by Ctrl+C or SIGTERM; a second one ends the process at once. */
export function watchInterrupts(): AbortSignal {
  const controller = new AbortController();
  for (const [name, exitCode] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCode);
      process.exitCode = exitCode;
      controller.abort(new HoduError("ABORTED", name === "SIGINT" ? "Interrupted." : "Told to end."));
      setTimeout(() => process.exit(exitCode), GRACE_MS).unref();
    });
  }
  return controller.signal;
}
