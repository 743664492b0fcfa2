import { existsSync } from "node:fs";
import { endCommand } from "./at-end.ts";
import { logFailure } from "./logging/failures.ts";
import { COMMANDS, makeProgram, USUAL } from "./program.ts";
import { advised } from "./terminal/advice.ts";
import { errorAsJson, printError } from "./terminal/print-error.ts";
import { hasResult, writeMessage, writeResult } from "./terminal/write.ts";

/** An error of commander, told by its form. */
interface CommandLineError {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
}

function isCommandLineError(error: unknown): error is CommandLineError {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("commander.")
  );
}

/** The command, called with what stands after its name. Sets the exit status. */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that went away (`hodu ... | head`) is no error; other failures of the streams reject what was being written.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  process.on("uncaughtException", (error) => process.exit(report(error, args)));
  try {
    if (args.length === 0) return makeProgram().outputHelp();
    await makeProgram().parseAsync(withCommand(args), { from: "user" });
  } catch (error) {
    const status = report(await advised(error), args);
    // A signal has set its own.
    process.exitCode ??= status;
  } finally {
    await endCommand((error) => (process.exitCode ??= report(error, args)));
  }
}

const HELP: ReadonlySet<string> = new Set(["-h", "--help"]);

/** `hodu model.onnx` stands for `hodu inspect model.onnx`, `hodu plugin` for `hodu plugin list`. */
function withCommand(args: readonly string[]): readonly string[] {
  const [first, second = "-"] = args;
  const usual = USUAL.get(first);
  if (usual !== undefined && second.startsWith("-") && !HELP.has(second)) return [first, usual, ...args.slice(1)];
  if (first.startsWith("-") || COMMANDS.includes(first)) return args;
  return /[./\\]/.test(first) || existsSync(first) ? ["inspect", ...args] : args;
}

function report(error: unknown, args: readonly string[]): number {
  if (isCommandLineError(error)) return reportUsage(error, args);
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

function reportUsage({ code, message }: CommandLineError, args: readonly string[]): number {
  if (code === "commander.helpDisplayed" || code === "commander.help" || code === "commander.version") return 0;
  const [text, suggestion] = message.replace(/^error: /, "").split("\n");
  const isBelow = USUAL.has(args[0]) && code !== "commander.unknownCommand" && /^[a-z]/.test(args[1] ?? "");
  const words = COMMANDS.includes(args[0]) ? args.slice(0, isBelow ? 2 : 1) : [];
  const command = ["hodu", ...words, "--help"].join(" ");
  const near = /^\(Did you mean (.*)\?\)$/.exec(suggestion ?? "")?.[1];
  const reported = Object.assign(new Error(`Cannot understand the command line: ${text}`), {
    name: "HoduError",
    code: "BAD_USAGE",
    hint: near === undefined ? command : `did you mean ${near} ? (${command})`,
    where: {},
    exitCode: 2,
  });
  return tell(reported, args);
}
