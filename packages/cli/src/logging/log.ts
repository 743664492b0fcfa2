import type { LogLevel } from "hodu-plugin-sdk";

/** Where records of what happens go, beside what a command prints. A record is written before the call returns. */
export interface Log {
  /** Whether what is logged stands where a person reads the command's messages. */
  readonly isOnTerminal: boolean;
  /** Whether a record would be kept: ask before making an expensive one. */
  keeps(module: string, level: LogLevel): boolean;
  /** `module`: cli, engine, host, or a plugin's id. `fields` are for machines; the message says them too. */
  write(module: string, level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The log of who asked for none. */
export const SILENT_LOG: Log = { isOnTerminal: false, keeps: () => false, write() {} };
