import { HoduError, quote } from "@hodu/core";
import type { ByteSink } from "hodu-plugin-sdk";
import { again } from "../terminal/again.ts";
import { writeResult } from "../terminal/write.ts";
import type { OutputFormat } from "./output-format.ts";

/** Whether a path stands for standard output, which need not be a file that can be opened again. */
export const isStandardOutput = (path: string): boolean => path === "-" || path === "/dev/stdout";

/** Throws BAD_USAGE for bytes that would upset the terminal that standard output is. */
export function refuseOnTerminal({ component, extension }: OutputFormat): void {
  if (!process.stdout.isTTY || extension === ".json") return;
  throw new HoduError(
    "BAD_USAGE",
    `Cannot print ${component.title} on a terminal: expected -o with a file, or another command to read it`,
    { hint: again(`-o out${extension}`) },
  );
}

/** Standard output as a file of a format. Throws BAD_USAGE as above; writing throws IO, whose cause is the stream's. */
export function standardOutput(format: OutputFormat): ByteSink {
  refuseOnTerminal(format);
  return {
    name: "standard output",
    async write(bytes) {
      try {
        await writeResult(bytes);
      } catch (cause) {
        throw new HoduError("IO", `Cannot write to standard output: ${String(cause)}`, { cause });
      }
    },
    async sibling(name) {
      throw new HoduError("UNSUPPORTED", `Cannot write ${quote(name)} beside standard output: expected a file`, {
        hint: again(`-o out${format.extension}`),
      });
    },
  };
}
