import { constants } from "node:os";

/** The signal that ended a program which a shell ran, by the exit code of the shell: 128 and the signal's number. */
export function shellSignal(code: number | null): NodeJS.Signals | undefined {
  const number = (code ?? 0) - SHELL_SIGNAL;
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] as NodeJS.Signals | undefined;
}

const SHELL_SIGNAL = 128;
