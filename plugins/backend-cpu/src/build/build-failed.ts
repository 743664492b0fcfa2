import { basename } from "node:path";
import { HoduError } from "hodu-plugin-sdk";
import type { CFile } from "hodu-plugin-sdk/compiler/c";
import { MESSAGE_LINES } from "../limits.ts";
import type { CompilerEnd } from "./run-compiler.ts";

/** A compiler's call. */
export interface Call {
  readonly compiler: string;
  readonly flags: readonly string[];
}

/** The error for a compiler that failed: which kernel, with what command, what it said first, and where the log is. */
export function buildFailed(
  { compiler, flags }: Call,
  { status, output }: CompilerEnd,
  files: readonly CFile[],
  log: string,
): HoduError {
  const kernel = kernelAt(files, output);
  const what = kernel === undefined ? "the model" : `the kernel of ${kernel}`;
  const how = typeof status === "number" ? `it ended with status ${status}` : `it was ended by ${status}`;
  const said = output.trim().split("\n", MESSAGE_LINES);
  const lines = [...said, `command: ${basename(compiler)} ${flags.join(" ")}`, `log: ${log}`];
  return new HoduError(
    "BUILD_FAILED",
    `Cannot compile ${what} with ${compiler}: ${how}\n${lines.map((line) => `  ${line}`).join("\n")}`,
    { hint: "run it on another backend: --backend wasm", where: { file: log } },
  );
}

/** The source nodes of the kernel that the first message with a line is about, as its comment has them. */
function kernelAt(files: readonly CFile[], output: string): string | undefined {
  const [, name, line] = /^([^:\n]+\.c):(\d+)/m.exec(output) ?? [];
  const text = files.find((file) => file.name === name?.replace(/^\.\//, ""))?.text;
  const before = text?.split("\n").slice(0, Number(line));
  const comment = before?.findLast((one) => one.startsWith('/* "'));
  return comment?.slice("/* ".length, -" */".length);
}
