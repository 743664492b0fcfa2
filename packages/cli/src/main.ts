import { existsSync } from "node:fs";
import { COMMANDS, makeProgram, USUAL } from "./program.ts";
import { runCommand } from "./run-command.ts";

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
export function main(args: readonly string[]): Promise<void> {
  const work = async (): Promise<void> => {
    if (args.length === 0) makeProgram().outputHelp();
    else await makeProgram().parseAsync(withCommand(args), { from: "user" });
  };
  return runCommand(args, work, (error) => (isCommandLineError(error) ? usageError(error, args) : error));
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

/** The error to report; undefined where help or the version was asked for. */
function usageError({ code, message }: CommandLineError, args: readonly string[]): Error | undefined {
  if (code === "commander.helpDisplayed" || code === "commander.help" || code === "commander.version") return undefined;
  const [text, suggestion] = message.replace(/^error: /, "").split("\n");
  const isBelow = USUAL.has(args[0]) && code !== "commander.unknownCommand" && /^[a-z]/.test(args[1] ?? "");
  const words = COMMANDS.includes(args[0]) ? args.slice(0, isBelow ? 2 : 1) : [];
  const command = ["hodu", ...words, "--help"].join(" ");
  const near = /^\(Did you mean (.*)\?\)$/.exec(suggestion ?? "")?.[1];
  return Object.assign(new Error(`Cannot understand the command line: ${text}`), {
    name: "HoduError",
    code: "BAD_USAGE",
    hint: near === undefined ? command : `did you mean ${near} ? (${command})`,
    where: {},
    exitCode: 2,
  });
}
